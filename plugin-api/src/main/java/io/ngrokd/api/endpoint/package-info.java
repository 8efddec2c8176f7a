/**
 * What is served: endpoints, the addresses they can have, and where each is to be reached on this machine.
 *
 * <p>Immutable values only, safe to share between threads and class loaders. Never here: I/O, kernel types, results
 * of work (those are replies, in {@code io.ngrokd.api.event}).
 */
package io.ngrokd.api.endpoint;
