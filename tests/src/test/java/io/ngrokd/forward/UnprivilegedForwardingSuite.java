package io.ngrokd.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Listener;
import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.api.event.ForwardReply;
import io.ngrokd.api.event.ForwardRequest;
import io.ngrokd.api.spi.ConnectionSink;
import io.ngrokd.api.spi.ForwardContext;
import io.ngrokd.api.spi.ForwardingMode;
import io.ngrokd.api.spi.ForwardingModeFactory;
import io.ngrokd.api.spi.Journal;
import io.ngrokd.contract.FakeJournal;
import io.ngrokd.plugin.forward.shared.SharedForwardingFactory;
import io.ngrokd.plugin.forward.virtual.VirtualForwardingFactory;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both modes where low ports are forbidden. Run by {@link UnprivilegedForwardingIT} in a process of its own. */
class UnprivilegedForwardingSuite {

    private static final InetAddress ANY = InetAddress.ofLiteral("0.0.0.0");
    private static final int START_PORT = 9080;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(60, TimeUnit.SECONDS);
    }

    @Test
    void sharedModeSaysWhatToDoAndTakesNoOtherPort() throws Exception {
        lowPortsAreRefused(new SharedForwardingFactory());
    }

    @Test
    void virtualModeSaysWhatToDoAndTakesNoOtherPort() throws Exception {
        lowPortsAreRefused(new VirtualForwardingFactory());
    }

    private void lowPortsAreRefused(ForwardingModeFactory factory) throws Exception {
        ForwardingMode mode = factory.create(new Context(vertx, FakeJournal.inMemory(), (_, _) -> {}, START_PORT));
        ForwardReply reply = mode.apply(new ForwardRequest(List.of(listener("low", 80), listener("high", 8080))));
        assertEquals(Set.of("high"), reply.bound().keySet());
        StageFailure failure = reply.failed().get("low");
        assertEquals(FailureCode.PERMISSION_DENIED, failure.code());
        for (String mend : List.of("as root", "CAP_NET_BIND_SERVICE", "sysctl net.ipv4.ip_unprivileged_port_start=80")) {
            assertTrue(failure.message().contains(mend), failure::message);
        }
        mode.undo();
    }

    private static Listener listener(String id, int port) {
        return new Listener(id, ANY, port, new TreeSet<>());
    }

    private record Context(Vertx vertx, Journal journal, ConnectionSink sink, int startPort) implements ForwardContext {}
}
