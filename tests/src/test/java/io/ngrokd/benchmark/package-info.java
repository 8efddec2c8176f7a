/**
 * The benchmark: the daemon as shipped beside HAProxy, against the same local cloud, under the same load, each a process of
 * its own, in a network of their own. {@code tests/benchmark.sh} runs it. Nothing here is a test, except of its arithmetic.
 */
package io.ngrokd.benchmark;
