/**
 * The command line that drives a running ngrokd: one class a command, and how each answer is shown.
 *
 * <p>Nothing here knows what the daemon does; what it says is shown, and what it leaves out is left out, so that the
 * same program serves the Go daemon, which says less.
 */
package io.ngrokd.ctl;
