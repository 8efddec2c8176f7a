/**
 * Clients and their questions, over UDP and TCP: who may ask what and how often, and what is answered at once.
 *
 * <p>{@code UdpHandler} and {@code TcpHandler} hand every message to their event loop's
 * {@link io.ngrokd.plugin.dns.server.serve.Responder}, which answers what is ours, refuses what is nobody's business, and gives the
 * rest to the recursor. The answer to a client is never larger than it said it takes, nor than 1232 bytes over UDP.
 *
 * <p>Names of ours are for whoever can reach us. Others are looked up only for private, link-local, loopback and configured networks
 * and for this machine ({@link io.ngrokd.plugin.dns.server.serve.Clients}). A client that asks too often is not answered over UDP, but
 * for every eighth question, whose answer says "use TCP" so that a client whose address was forged still gets through; over TCP it is
 * slowed down. What cannot be read is dropped without a word, over TCP with its connection.
 */
package io.ngrokd.plugin.dns.server.serve;
