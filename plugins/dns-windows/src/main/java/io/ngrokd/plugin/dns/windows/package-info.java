/**
 * Has Windows ask our DNS server for our domains, through rules of its Name Resolution Policy Table (NRPT).
 *
 * <p>Reading order: {@code WindowsNrpt} does what the kernel asks; {@code Plan} says which rules come and go; {@code NrptTable} reads
 * and changes the table; {@code PowerShell} runs the system's own commands.
 *
 * <p>Rules that do not bear our mark are somebody else's and stay as they are. Never here: deciding which domains are ours.
 */
package io.ngrokd.plugin.dns.windows;
