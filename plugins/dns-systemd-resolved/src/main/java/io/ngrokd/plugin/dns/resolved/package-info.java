/**
 * Has systemd-resolved ask our DNS server for our domains and for no others.
 *
 * <p>Reading order: {@code SystemdResolved} does what the kernel asks; {@code Resolvectl} speaks to resolved; {@code OwnLink} is
 * the interface that routing is tied to where there is none of ours; {@code ResolvedJournal} remembers what must be undone.
 *
 * <p>Never here: settings of an interface that is not ours, and of resolved as a whole.
 */
package io.ngrokd.plugin.dns.resolved;
