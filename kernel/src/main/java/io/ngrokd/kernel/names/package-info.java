/**
 * Which names the DNS server answers for, where it listens, and which domains this machine's resolver is to ask it for. Pure
 * functions over values.
 *
 * <p>Never here: I/O, Vert.x, answering a question.
 */
package io.ngrokd.kernel.names;
