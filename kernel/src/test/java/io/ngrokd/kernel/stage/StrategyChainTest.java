package io.ngrokd.kernel.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.ResolverReply;
import io.ngrokd.api.event.ResolverRequest;
import io.ngrokd.api.spi.DnsStrategy;
import io.ngrokd.kernel.stage.StrategyChain.Strategy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Strategies that have the resolver ask us: none is believed, and none that fails leaves anything behind. */
class StrategyChainTest {

    private static final String SHARED = "b:80=shared/0.0.0.0";

    private final FakeLan lan = new FakeLan();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicBoolean firstWorks = new AtomicBoolean();
    private final AtomicBoolean secondWorks = new AtomicBoolean(true);
    private final Lookup lookup = new Lookup(lan::resolve, new Random(), Duration.ofSeconds(30), 2);
    private final StrategyChain chain = new StrategyChain(lan.bus, () -> List.of(
            new Strategy("first", lan.strategy("first", firstWorks::get)),
            new Strategy("second", lan.strategy("second", secondWorks::get))), lookup, nanos::get);

    @AfterEach
    void close() {
        lan.vertx.close().await();
    }

    @Test
    void theFirstThatIsSeenToWorkIsTaken() throws InterruptedException {
        lan.apply(SHARED);
        Routing first = route();
        assertTrue(first.chain().orElseThrow().moreToTry());
        assertFalse(first.hostsStandsIn(), "not before all were tried");
        Routing second = route();
        assertEquals(Optional.of("second"), second.chain().orElseThrow().working());
        assertEquals("the way of second", second.chain().orElseThrow().description());
        assertEquals(List.of("first routes [b] to 127.0.107.53:53", "first undone", "second routes [b] to 127.0.107.53:53"), routingLog());
        String reason = second.chain().orElseThrow().reasons().get("first");
        assertTrue(reason.contains("does not find a name of ours") && reason.contains(".b (") && reason.contains("Name or service not known"), reason);
        assertEquals(Map.of(), lan.hosts);
    }

    @Test
    void whereNoneWorksTheHostsFileStandsInAndAllAreTriedAgainLater() throws InterruptedException {
        secondWorks.set(false);
        lan.apply(SHARED, "*.w:80=shared/0.0.0.0", "c:80=shared/192.168.1.5");
        route();
        Routing given = route();
        assertTrue(given.chain().orElseThrow().exhausted());
        assertEquals(2, given.chain().orElseThrow().reasons().size());
        assertTrue(given.hostsStandsIn() && given.changed());
        assertEquals(Map.of("b", List.of(InetAddress.ofLiteral("127.0.0.1")), "c", List.of(InetAddress.ofLiteral("192.168.1.5"))), lan.hosts);
        assertEquals(Optional.empty(), lan.resolverAsks);

        int before = lan.log.size();
        assertFalse(route().changed());
        assertEquals(before, lan.log.size(), "in a while, not at once");
        firstWorks.set(true);
        nanos.addAndGet(Duration.ofSeconds(31).toNanos());
        Routing later = route();
        assertEquals(Optional.of("first"), later.chain().orElseThrow().working());
        assertEquals(Map.of(), lan.hosts);
    }

    @Test
    void aChangeOfTheNetworkIsAReasonToTryAtOnce() throws InterruptedException {
        secondWorks.set(false);
        lan.apply(SHARED);
        route();
        route();
        firstWorks.set(true);
        chain.lookAgain();
        assertEquals(Optional.of("first"), route().chain().orElseThrow().working());
    }

    @Test
    void oneThatWorksNoMoreGivesWay() throws InterruptedException {
        firstWorks.set(true);
        lan.apply(SHARED);
        assertEquals(Optional.of("first"), route().chain().orElseThrow().working());
        firstWorks.set(false);
        lan.resolverAsks = Optional.empty();
        assertEquals(Optional.of("first"), route().chain().orElseThrow().working(), "it is looked at now and then");
        nanos.addAndGet(Duration.ofSeconds(26).toNanos());
        assertTrue(route().chain().orElseThrow().moreToTry());
        route();
        assertEquals(Optional.of("second"), route().chain().orElseThrow().working());
    }

    @Test
    void whenNothingNeedsItItIsUndone() throws InterruptedException {
        firstWorks.set(true);
        lan.apply(SHARED);
        route();
        lan.apply("a:80=virtual/10.107.0.2");
        assertEquals(Optional.empty(), route().chain());
        assertEquals("first undone", lan.log.getLast());
    }

    @Test
    void stoppingUndoesAndThereAreNoMoreSteps() throws InterruptedException {
        firstWorks.set(true);
        lan.apply(SHARED);
        route();
        chain.stop();
        assertEquals(Optional.empty(), lan.resolverAsks);
        int before = lan.log.size();
        route();
        assertEquals(before, lan.log.size());
    }

    @Test
    void oneThatFailsOrThrowsIsAReasonAndNoMore() throws InterruptedException {
        StrategyChain broken = new StrategyChain(lan.bus, () -> List.of(
                new Strategy("says-no", failing(new StageException(FailureCode.INPUT_OUTPUT, "/etc/resolv.conf is immutable", "says-no"))),
                new Strategy("throws", failing(null))), lookup, nanos::get);
        lan.apply(SHARED);
        lan.pipeline.route(broken, Optional.empty());
        Routing routing = lan.pipeline.route(broken, Optional.empty());
        assertEquals("/etc/resolv.conf is immutable", routing.chain().orElseThrow().reasons().get("says-no"));
        assertTrue(routing.chain().orElseThrow().reasons().get("throws").contains("oops"), routing.toString());
        assertTrue(routing.hostsStandsIn());
    }

    @Test
    void anAnswerThatIsNotOursWasSomebodyElses() throws InterruptedException {
        Lookup elsewhere = new Lookup(name -> InetAddress.ofLiteral("198.51.100.7"), new Random(), Duration.ofSeconds(30), 2);
        StrategyChain chained = new StrategyChain(
                lan.bus, () -> List.of(new Strategy("first", lan.strategy("first", () -> true))), elsewhere, nanos::get);
        lan.apply(SHARED);
        String reason = lan.pipeline.route(chained, Optional.empty()).chain().orElseThrow().reasons().get("first");
        assertTrue(reason.contains("answered 198.51.100.7 for a name of ours"), reason);
    }

    @Test
    void aLookUpThatHangsIsGivenUp() throws InterruptedException {
        Lookup hanging = new Lookup(name -> {
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
            return InetAddress.ofLiteral("127.0.0.1");
        }, new Random(), Duration.ofMillis(300), 2);
        StrategyChain chained = new StrategyChain(
                lan.bus, () -> List.of(new Strategy("first", lan.strategy("first", () -> true))), hanging, nanos::get);
        lan.apply(SHARED);
        String reason = lan.pipeline.route(chained, Optional.empty()).chain().orElseThrow().reasons().get("first");
        assertTrue(reason.contains("did not find a name of ours"), reason);
    }

    private Routing route() throws InterruptedException {
        return lan.pipeline.route(chain, Optional.empty());
    }

    private List<String> routingLog() {
        return lan.log.stream().filter(line -> line.startsWith("first") || line.startsWith("second")).toList();
    }

    private static DnsStrategy failing(StageException failure) {
        return new DnsStrategy() {
            @Override
            public ResolverReply apply(ResolverRequest request) throws StageException {
                if (failure != null) {
                    throw failure;
                }
                throw new IllegalStateException("oops");
            }

            @Override
            public void undo() {}

            @Override
            public List<InetSocketAddress> upstreams() {
                return List.of();
            }

            @Override
            public String description() {
                return "broken on purpose";
            }
        };
    }
}
