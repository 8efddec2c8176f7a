/**
 * Addresses for endpoints on Linux: four ways, from the cleanest to the one that needs no privilege.
 *
 * <p>{@code Linux*Factory} are the extensions. {@code DeviceBackend} keeps a dummy or bridge interface of our own
 * ({@code DeviceKeeper} makes, adopts and deletes it), {@code LoBackend} puts marked addresses on {@code lo}, {@code
 * LoopbackBackend} uses what 127.0.0.0/8 gives. {@code AddressSync} makes the addresses of one interface those that are
 * wanted; {@code Ranges} knows which range serves. Everything is asked of {@code netlink.LinuxNetwork}, for which the
 * tests have a fake.
 *
 * <p>Never here: bytes of netlink, ports, names of endpoints.
 */
package io.ngrokd.plugin.netif.linux;
