/**
 * Which endpoint a connection is for, and what each endpoint has seen.
 *
 * <p>Immutable tables, swapped as a whole, and counters that live longer than any table. Never here: channels, I/O.
 */
package io.ngrokd.kernel.data.route;
