/**
 * How the daemon is asked and told: the control socket and the health server. Turns status into documents.
 *
 * <p>Never here: what an action does; actions are handed in.
 */
package io.ngrokd.kernel.control;
