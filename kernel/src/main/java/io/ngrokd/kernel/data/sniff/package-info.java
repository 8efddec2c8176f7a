/**
 * Finds out from a connection's first bytes what is spoken on it.
 *
 * <p>Pure: bytes in, decision out, no channels, no clocks. Work is linear in the number of bytes however they are cut,
 * and bounded. Never here: what follows from the decision.
 */
package io.ngrokd.kernel.data.sniff;
