/**
 * The same valid requests, sent directly to a backend and through the daemon, and what may differ. Plain Java without any
 * library, because it runs as a program on the suites' machines. Never here: requests that are not valid; those stand in the
 * kernel's corpus.
 */
package io.ngrokd.daemon.differential;
