package io.ngrokd.plugin.dns.server.upstream;

import io.ngrokd.plugin.dns.server.wire.Question;
import java.net.InetAddress;
import java.util.function.Consumer;

/**
 * A client that waits for an answer.
 *
 * @param missingIsEmpty whether it must not be told that the name does not exist
 * @param answer takes it, on any thread
 */
record Waiter(Question question, InetAddress client, boolean missingIsEmpty, Consumer<byte[]> answer) {}
