/**
 * What is wanted, and how that differs from what was wanted before. Pure functions over values.
 *
 * <p>Never here: I/O, Vert.x, time.
 */
package io.ngrokd.kernel.reconcile;
