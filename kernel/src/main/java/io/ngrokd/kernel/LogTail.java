package io.ngrokd.kernel;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.ngrokd.kernel.control.Feed;
import io.ngrokd.kernel.control.LogLine;
import org.slf4j.LoggerFactory;

/** Keeps the log's newest lines in memory, for users who cannot or need not know where the log goes. */
final class LogTail extends AppenderBase<ILoggingEvent> {

    private static final int LINES = 1000;
    private static final int LONGEST_LINE = 8 << 10;

    private final Feed<LogLine> feed = new Feed<>(LINES);

    private LogTail() {}

    /** Begins to keep them. */
    static LogTail begin() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        LogTail tail = new LogTail();
        tail.setName("tail");
        tail.setContext(root.getLoggerContext());
        tail.start();
        root.addAppender(tail);
        return tail;
    }

    @Override
    protected void append(ILoggingEvent event) {
        String source = event.getLoggerName();
        String message = event.getThrowableProxy() == null ? event.getFormattedMessage()
                : event.getFormattedMessage() + "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy()).stripTrailing();
        feed.publish(new LogLine(event.getInstant(), event.getLevel().toString(), source.substring(source.lastIndexOf('.') + 1),
                message.length() > LONGEST_LINE ? message.substring(0, LONGEST_LINE) + "..." : message));
    }

    Feed<LogLine> feed() {
        return feed;
    }

    /** Keeps no more. */
    void end() {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(this);
        stop();
    }
}
