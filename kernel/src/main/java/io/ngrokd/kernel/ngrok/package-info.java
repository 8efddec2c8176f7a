/**
 * ngrok's REST API (https://ngrok.com/docs/api/) as far as the daemon uses it: what is asked, what is answered, what
 * goes wrong. Blocking calls, made on virtual threads.
 *
 * <p>Never here: when to ask, and what follows from an answer.
 */
package io.ngrokd.kernel.ngrok;
