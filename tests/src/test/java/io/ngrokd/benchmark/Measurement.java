package io.ngrokd.benchmark;

import java.util.Map;

/**
 * One run of one contender.
 *
 * @param value in the row's unit
 * @param processors how many processors each process kept busy meanwhile, {@code forwarder}, {@code cloud}, {@code load} and
 *     {@code others}: whatever else ran on this machine
 * @param details further numbers, by name with unit
 */
record Measurement(double value, Map<String, Double> processors, Map<String, Double> details) {}
