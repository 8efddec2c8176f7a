/**
 * What is known about the two ends of a forwarded connection, whatever is spoken over them: how reads are stopped, how
 * an output is finished while the input goes on, how a connection is cut. Everything runs on the channel's event loop.
 *
 * <p>Never here: protocols, routes, dialling.
 */
package io.ngrokd.kernel.data.channel;
