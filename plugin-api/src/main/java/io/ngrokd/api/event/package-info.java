/**
 * What travels on the Vert.x event bus: the addresses, the requests of the stages with their replies, and the events
 * that observers may subscribe to.
 *
 * <p>All of it is immutable and passed by reference (local codecs): never mutate what a collection returns. Never
 * here: payload bytes of connections, secrets.
 */
package io.ngrokd.api.event;
