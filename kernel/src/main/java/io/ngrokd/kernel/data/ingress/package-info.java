/**
 * The way to ngrok: TCP, mutual TLS, the binding exchange, and the stream that is left when all of it went well.
 *
 * <p>{@link io.ngrokd.kernel.data.ingress.Ingress} is the door. Target and credentials can be replaced at any time; new
 * connections use the newest, live ones are not touched. Never here: listeners, routes, what is spoken in the stream.
 */
package io.ngrokd.kernel.data.ingress;
