/**
 * What the fuzz targets share: seeds, mutations, buffers that count how often they are read, and references, which say of a message
 * what it is in another way than the daemon does: all of it at once, by regular expressions and plain recursion.
 *
 * <p>The cases are the same on every run. Others: {@code -Dfuzz.seed=7 -Dfuzz.cases=1000000}.
 */
package io.ngrokd.kernel.data.fuzz;
