/**
 * DNS messages as bytes: reading a question, writing an answer, and taking an upstream's answer apart.
 *
 * <p>Questions of the common kind and answers of ours are read and written here by hand, without making an object for
 * either; what is unusual goes to dnsjava. Offsets are counted from the first byte of the message. Never here: sockets,
 * and what is answered.
 */
package io.ngrokd.plugin.dns.server.wire;
