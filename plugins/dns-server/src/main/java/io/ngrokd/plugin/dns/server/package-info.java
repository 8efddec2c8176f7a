/**
 * The DNS server: answers for the names of endpoints, passes on the rest.
 *
 * <p>Reading order: {@link io.ngrokd.plugin.dns.server.NettyDnsServerFactory} makes {@code NettyDnsServer}, which compares the places
 * where it must listen with those where it does; {@code PlaceOpener} opens the sockets of one {@code Place}. Then {@code serve} (clients),
 * {@code names} (which names are ours, and the rule for it), {@code upstream} (all other names) and {@code wire} (bytes). Never here:
 * which names there are, and who is told to ask us.
 */
package io.ngrokd.plugin.dns.server;
