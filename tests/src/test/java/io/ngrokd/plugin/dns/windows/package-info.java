/** The strategy for Windows on a machine that is played by a folder: a PowerShell that refuses what the real one would. */
package io.ngrokd.plugin.dns.windows;
