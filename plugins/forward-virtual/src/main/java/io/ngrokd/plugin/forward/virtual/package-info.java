/**
 * Virtual mode: every endpoint is served on an address of its own, at the port its users expect.
 *
 * <p>Reading order: {@link io.ngrokd.plugin.forward.virtual.VirtualForwardingFactory} makes {@code VirtualForwarding},
 * which compares what is wanted with what accepts; {@code PortSearch} finds a port for one listener;
 * {@code Acceptor} is one socket that listens. Never here: reading, routing or closing of accepted connections, which
 * belong to the kernel from the first moment.
 */
package io.ngrokd.plugin.forward.virtual;
