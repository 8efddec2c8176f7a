package io.ngrokd.kernel.control;

import java.time.Instant;

/**
 * A line of the daemon's log.
 *
 * @param level {@code DEBUG}, {@code INFO}, {@code WARN} or {@code ERROR}
 * @param source the short name of the class that wrote it
 * @param message with the stack trace behind it where there is one; cut when it is very long
 */
public record LogLine(Instant at, String level, String source, String message) {}
