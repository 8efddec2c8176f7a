/**
 * Walks the way that a name takes through the daemon, hop by hop, and says at each what it saw and what to do about it.
 *
 * <p>Never here: changing anything; knowledge of an operating system; what only a user's own program can see, which is ngrokctl's.
 */
package io.ngrokd.kernel.doctor;
