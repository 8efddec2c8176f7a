package io.ngrokd.kernel.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.BusAddress;
import io.ngrokd.api.event.EndpointEvent;
import io.ngrokd.api.event.NamesReply;
import io.ngrokd.api.event.NamesRequest;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StageBusTest {

    private static final NamesRequest NOTHING = new NamesRequest(new TreeMap<>());

    private final Vertx vertx = Vertx.vertx();
    private final StageBus bus = new StageBus(vertx, Duration.ofSeconds(60));

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void observersGetTheVeryEventInOrder() throws InterruptedException {
        BlockingQueue<EndpointEvent> seen = new LinkedBlockingQueue<>();
        vertx.eventBus().<EndpointEvent>localConsumer(BusAddress.EVENT_ENDPOINT, message -> seen.add(message.body()));
        Endpoint endpoint = new Endpoint(new EndpointKey("a", 80), Protocol.HTTP, "http://a", List.of("ep_1"));
        List<EndpointEvent> events = List.of(EndpointEvent.Kind.values()).stream()
                .map(kind -> new EndpointEvent(kind, endpoint, Optional.of("why"), Instant.now())).toList();
        events.forEach(event -> bus.publish(BusAddress.EVENT_ENDPOINT, event));
        for (EndpointEvent event : events) {
            assertSame(event, seen.poll(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void backendsWorkOnVirtualThreadsOneCallAtATime() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        bus.serve(BusAddress.STAGE_NAMES, "slow", (NamesRequest request) -> {
            assertTrue(Thread.currentThread().isVirtual());
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            Thread.yield();
            inside.decrementAndGet();
            return NamesReply.complete();
        });
        CountDownLatch done = new CountDownLatch(20);
        for (int number = 0; number < 20; number++) {
            Thread.ofVirtual().start(() -> {
                try {
                    bus.request(BusAddress.STAGE_NAMES, "slow", NOTHING, NamesReply.class);
                    done.countDown();
                } catch (StageException failed) {
                    throw new AssertionError(failed);
                }
            });
        }
        assertTrue(done.await(60, TimeUnit.SECONDS));
        assertEquals(1, most.get());
    }

    @Test
    void nobodyThereAndNobodyInTimeAreToldApart() {
        StageException missing =
                assertThrows(StageException.class, () -> bus.request(BusAddress.STAGE_NAMES, "hosts", NOTHING, NamesReply.class));
        assertEquals(FailureCode.NO_PLUGIN, missing.code());
        assertEquals("hosts", missing.plugin());
        Vertx another = Vertx.vertx();
        try {
            StageBus hasty = new StageBus(another, Duration.ofMillis(300));
            another.eventBus().localConsumer(BusAddress.STAGE_NAMES).handler(message -> { });
            StageException late =
                    assertThrows(StageException.class, () -> hasty.request(BusAddress.STAGE_NAMES, "hosts", NOTHING, NamesReply.class));
            assertEquals(FailureCode.TIMEOUT, late.code());
        } finally {
            another.close().await();
        }
    }

    @Test
    void aBackendsOwnWordsArrive() {
        bus.serve(BusAddress.STAGE_NAMES, "hosts", (NamesRequest request) -> {
            throw new StageException(FailureCode.PERMISSION_DENIED, "run as root", "hosts");
        });
        StageException failure =
                assertThrows(StageException.class, () -> bus.request(BusAddress.STAGE_NAMES, "hosts", NOTHING, NamesReply.class));
        assertEquals(FailureCode.PERMISSION_DENIED, failure.code());
        assertEquals("run as root", failure.getMessage());
    }
}
