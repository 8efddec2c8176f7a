/** What goes into a bug report: found on this machine and asked of the daemon, freed of secrets, packed. */
package io.ngrokd.ctl.report;
