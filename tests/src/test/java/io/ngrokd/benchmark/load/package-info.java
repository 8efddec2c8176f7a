/**
 * What runs in the benchmark's other processes: the load generator and the far distance. They are lean, because they share
 * the processors with what is measured; they know nothing of rows and contenders.
 */
package io.ngrokd.benchmark.load;
