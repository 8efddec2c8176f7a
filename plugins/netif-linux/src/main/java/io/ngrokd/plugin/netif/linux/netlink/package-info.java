/**
 * Linux's own interface for networks (rtnetlink), spoken from Java without helper programs.
 *
 * <p>From the outside: {@link io.ngrokd.plugin.netif.linux.netlink.LinuxNetwork}, what one can ask of it, and
 * {@link io.ngrokd.plugin.netif.linux.netlink.RtnetlinkNetwork}, which does it. Inside, from the bottom: {@code LibC} (the C library),
 * {@code NetlinkSocket} (datagrams), {@code Netlink} (requests, answers, dumps), {@code *Messages} (bytes, pure).
 * Never here: what ngrokd wants from the network.
 */
package io.ngrokd.plugin.netif.linux.netlink;
