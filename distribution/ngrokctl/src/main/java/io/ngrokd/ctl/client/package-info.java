/** Asks the daemon: over its control socket, and over HTTP for its health. Never prints. */
package io.ngrokd.ctl.client;
