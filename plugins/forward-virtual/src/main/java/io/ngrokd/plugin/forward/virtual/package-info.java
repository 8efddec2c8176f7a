/**
 * Virtual mode: every endpoint is served on an address of its own, at the port its users expect.
 *
 * <p>{@link io.ngrokd.plugin.forward.virtual.VirtualForwardingFactory} makes it; the listener kit does the work. Never
 * here: reading, routing or closing of accepted connections, which belong to the kernel from the first moment.
 */
package io.ngrokd.plugin.forward.virtual;
