/** What makes shells complete ngrokctl's commands, options and names: one picture of the commands, and a script for each shell. */
package io.ngrokd.ctl.completion;
