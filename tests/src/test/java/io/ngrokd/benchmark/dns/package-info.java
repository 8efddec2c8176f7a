/**
 * The DNS benchmark: our server beside dnsmasq with the same names, under dnsperf's load, each a process of its own, in turns.
 * {@code tests/dns-benchmark.sh} runs it.
 */
package io.ngrokd.benchmark.dns;
