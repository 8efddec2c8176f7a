/**
 * Keeps the managed section of the hosts file.
 *
 * <p>Reading order: {@code HostsFile} does what the kernel asks; {@code ManagedSection} edits bytes and touches no disk;
 * {@link io.ngrokd.kit.system.SafeFile} gets bytes onto the disk whole or not at all; {@code HostsJournal} remembers what must be undone.
 *
 * <p>What is not ours is never decoded, ordered or repaired: it is bytes. Never here: deciding which names are served.
 */
package io.ngrokd.plugin.hosts.file;
