/**
 * The HTTP API, {@code /v1/...}: its routes and what they answer, whatever the requests came over. Handlers run on virtual
 * threads and may block.
 *
 * <p>Never here: sockets, and what an action does.
 */
package io.ngrokd.kernel.control.api;
