/**
 * Who gets which local address. A lease, once given, stays: across restarts, and while its endpoint is away.
 *
 * <p>Never here: making addresses exist, which is the netif stage's work.
 */
package io.ngrokd.kernel.allocate;
