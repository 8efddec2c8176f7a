/**
 * Who gets which local address, and which local port where an address is shared. A lease, once given, stays: across restarts,
 * and while its endpoint is away.
 *
 * <p>Never here: making addresses exist, which is the netif stage's work.
 */
package io.ngrokd.kernel.allocate;
