/**
 * Has macOS ask our DNS server for our domains, through the files of {@code /etc/resolver}; see {@code man 5 resolver}.
 *
 * <p>Reading order: {@code MacosResolver} does what the kernel asks; {@code ResolverFolder} reads and writes the files;
 * {@code ResolverFile} knows their format; {@code ScutilDns} reads what macOS says of its servers.
 *
 * <p>Files that do not bear our mark are somebody else's and stay as they are. Never here: deciding which domains are ours.
 */
package io.ngrokd.plugin.dns.macos;
