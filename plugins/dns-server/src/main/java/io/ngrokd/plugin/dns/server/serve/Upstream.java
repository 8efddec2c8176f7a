package io.ngrokd.plugin.dns.server.serve;

import io.ngrokd.plugin.dns.server.wire.Question;
import java.net.InetAddress;
import java.util.function.Consumer;

/** Where questions go whose names are not ours. */
@FunctionalInterface
public interface Upstream {

    /**
     * Asks and returns at once. The answer comes exactly once, on any thread, within 5 seconds, ready to be sent; null when
     * the client is to get none.
     *
     * @param aboveOurs whether names of ours are below the question's
     */
    void ask(Question question, InetAddress client, boolean aboveOurs, Consumer<byte[]> answer);
}
