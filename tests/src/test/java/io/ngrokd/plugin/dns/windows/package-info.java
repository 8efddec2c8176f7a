/** The strategy for Windows on a machine that is played by a folder: a PowerShell that knows a few commands and refuses what the real one would. */
package io.ngrokd.plugin.dns.windows;
