/**
 * Has this machine ask our DNS server first, for machines with nothing better than a resolv.conf.
 *
 * <p>A resolv.conf cannot route single domains: our server gets all questions and passes on what is not ours. Reading order:
 * {@code ResolvConfStrategy} does what the kernel asks; {@code ManagedLines} edits text and touches no disk; {@code FileWay} writes
 * the file itself, {@code ResolvconfWay} has the program resolvconf do it; {@code WayJournal} remembers what must be undone.
 *
 * <p>Never here: a file that systemd-resolved writes.
 */
package io.ngrokd.plugin.dns.resolvconf;
