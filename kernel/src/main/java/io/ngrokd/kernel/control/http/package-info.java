/**
 * What carries the HTTP API: the control socket, and TCP, where browsers and other machines could come by.
 *
 * <p>Never here: what is answered.
 */
package io.ngrokd.kernel.control.http;
