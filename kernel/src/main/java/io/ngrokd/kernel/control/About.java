package io.ngrokd.kernel.control;

import java.time.Instant;

/**
 * What does not change while the daemon runs.
 *
 * @param configPath the file, in words
 * @param transport what sockets and TLS run on, in words
 */
public record About(String version, long pid, Instant startedAt, String configPath, String socketPath, String transport) {}
