package io.ngrokd.kernel.data.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.Eventually;
import io.ngrokd.kernel.data.fixture.FakeIngress;
import io.ngrokd.kernel.data.fixture.LeakWatch;
import io.ngrokd.kernel.data.fixture.TestAuthority;
import io.ngrokd.kernel.data.fixture.TestAuthority.Identity;
import io.ngrokd.kernel.data.fixture.Transports;
import io.ngrokd.kernel.data.ingress.IngressException.Cause;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections made in advance: used once, never noticed. */
class WarmStockTest {

    private static final TestAuthority AUTHORITY = DataPlaneRig.authority();
    private static final Identity SERVER = AUTHORITY.issue("localhost");
    private static final Identity CLIENT = AUTHORITY.issue();
    private static final Identity RENEWED = AUTHORITY.issue();
    private static final Duration LONG = Duration.ofSeconds(60);

    private final LeakWatch leaks = new LeakWatch();
    private final Vertx vertx = Transports.vertx();
    private final EventLoop loop = ((VertxInternal) vertx).eventLoopGroup().next();
    private final FakeIngress fake = new FakeIngress(TestAuthority.serverContext(SERVER, AUTHORITY.certificate()));
    private final Ingress ingress = Ingress.on(vertx, settings(8, LONG));

    @BeforeEach
    void useTheFake() throws GeneralSecurityException {
        ingress.use(new IngressTarget("localhost", fake.port()));
        present(CLIENT);
    }

    @AfterEach
    void leavesNothingBehind() throws IOException {
        try (leaks; fake) {
            ingress.close();
            Eventually.holds(() -> fake.openConnections() == 0, () -> fake.openConnections() + " connections are left open");
            DataPlaneRig.await(vertx.close());
            assertEquals(List.of(), leaks.leaks());
        }
    }

    @Test
    void nobodyIsDialledBeforeSomebodyAsked() {
        assertEquals(0, fake.accepted());
    }

    @Test
    void theNextStreamTakesAConnectionThatWaits() {
        succeed();
        expectWaiting(1);
        int before = fake.accepted();
        assertEquals(2, before);
        ingress.use(new IngressSettings(LONG, LONG, LONG, 4096).withPool(1, LONG));
        succeed();
        expectWaiting(1);
        assertEquals(2, fake.requests().size());
        assertEquals(before + 1, fake.accepted(), "one for the next, none for this one");
    }

    @Test
    void aBurstIsPreparedForAndTheSizeIsTheBound() {
        ingress.use(settings(3, LONG));
        succeed(10);
        expectWaiting(3);
        assertEquals(3, ingress.warmConnections());
    }

    @Test
    void aConnectionThatTheIngressClosedIsReplacedUnnoticed() throws IOException {
        succeed();
        expectWaiting(1);
        fake.cutWaiting();
        succeed();
        assertEquals(2, fake.requests().size());
    }

    @Test
    void aConnectionThatDiedWithoutAWordCostsOnlyTime() {
        ingress.use(settings(1, LONG));
        succeed();
        expectWaiting(1);
        fake.ignoreWaiting();
        succeed();
        assertEquals(2, fake.requests().size());
    }

    @Test
    void aRefusalIsAnAnswer() {
        succeed();
        expectWaiting(1);
        fake.answer(FakeIngress.frame(FakeIngress.response("", "", "ERR_NGROK_3200", "the endpoint is offline")));
        IngressException refused = assertInstanceOf(IngressException.class, dial().cause());
        assertEquals(Cause.UPGRADE_REFUSED, refused.reason());
        assertEquals(2, fake.requests().size(), "a refusal must not be asked for twice");
    }

    @Test
    void tooOldOnesAreReplaced() {
        ingress.use(settings(1, Duration.ofMillis(300)));
        succeed();
        Eventually.holds(() -> fake.accepted() >= 4, () -> fake.accepted() + " connections so far");
        Eventually.holds(() -> fake.openConnections() <= 1, () -> fake.openConnections() + " connections at once");
    }

    @Test
    void anotherIdentityMakesNewOnes() throws GeneralSecurityException {
        ingress.use(settings(1, LONG));
        succeed();
        expectWaiting(1);
        present(RENEWED);
        succeed();
        assertEquals(RENEWED.chain().getFirst(), fake.clientCertificates().getLast());
        expectWaiting(1);
        assertEquals(RENEWED.chain().getFirst(), fake.clientCertificates().getLast());
    }

    @Test
    void switchedOffNothingWaits() {
        ingress.use(settings(0, LONG));
        succeed(5);
        assertEquals(5, fake.accepted());
        Eventually.holds(() -> fake.openConnections() == 0, () -> "something waits");
    }

    @Test
    void switchingItOffEndsWhatWaits() {
        succeed();
        expectWaiting(1);
        ingress.use(settings(0, LONG));
        Eventually.holds(() -> fake.openConnections() == 0, () -> "something waits");
    }

    @Test
    void anIngressThatHangsUpAtOnceIsNotDialledForEver() throws InterruptedException {
        fake.hangUpAfterHandshake();
        assertInstanceOf(IngressException.class, dial().cause());
        Eventually.holds(() -> fake.accepted() >= 3, () -> fake.accepted() + " connections so far");
        // Pauses of two, four, eight seconds: however fast the machine, there are few tries in this time.
        long begin = System.nanoTime();
        Thread.sleep(3000);
        int accepted = fake.accepted();
        // Three seconds may be more on a busy machine.
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
        assertTrue(accepted <= 3 + seconds, accepted + " connections in " + seconds + " seconds");
    }

    @Test
    void aDialThatFailsAtOnceIsNotTriedInCircles() throws Exception {
        Ingress offline = new Ingress(((VertxInternal) vertx).transport().channelFactory(false), new NobodyKnown(), settings(4, LONG));
        offline.use(new IngressTarget("nowhere.test", 443));
        offline.use(IngressTlsFactory.build(CLIENT.chain(), CLIENT.key(), IngressTrust.of(AUTHORITY.certificate())));
        assertTrue(offline.dial(loop, new IngressRequest("web.internal", 443)).awaitUninterruptibly(60_000));
        loop.submit(() -> {}).get(60, TimeUnit.SECONDS);
        loop.submit(() -> {}).get(60, TimeUnit.SECONDS);
        offline.close();
    }

    @Test
    void aCutConnectionIsReplacedOnceAndNotFromThenOn() throws Exception {
        ingress.use(settings(1, LONG));
        succeed();
        expectWaiting(1);
        Thread.sleep(2300);
        int before = fake.accepted();
        fake.cutWaiting();
        Eventually.holds(() -> fake.accepted() == before + 1 && fake.waiting() == 1, () -> "it is not replaced");
        Thread.sleep(3500);
        assertEquals(before + 1, fake.accepted());
    }

    @Test
    void closingEndsADialThatWaitsForItsSecondAttempt() {
        ingress.use(new IngressSettings(LONG, LONG, Duration.ofMillis(500), 4096));
        fake.resetAtAccept(2);
        Future<IngressStream> dialled = ingress.dial(loop, new IngressRequest("web.internal", 443));
        Eventually.holds(() -> fake.accepted() == 1, () -> "never dialled");
        ingress.close();
        assertTrue(dialled.awaitUninterruptibly(60_000), "a dial never ended");
        assertInstanceOf(IngressException.class, dialled.cause());
    }

    @Test
    void closingAfterTheEventLoopsIsNoFailure() {
        succeed();
        expectWaiting(1);
        DataPlaneRig.await(vertx.close());
        ingress.close();
    }

    /** Fails before it returns, as the system's does without any route. */
    private static final class NobodyKnown extends AddressResolverGroup<InetSocketAddress> {

        @Override
        protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
            return new InetNameResolver(executor) {
                @Override
                protected void doResolve(String host, Promise<InetAddress> promise) {
                    promise.setFailure(new UnknownHostException(host));
                }

                @Override
                protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
                    promise.setFailure(new UnknownHostException(host));
                }
            }.asAddressResolver();
        }
    }

    private static IngressSettings settings(int size, Duration maxAge) {
        return new IngressSettings(Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofMillis(10), 4096).withPool(size, maxAge);
    }

    private void present(Identity client) throws GeneralSecurityException {
        ingress.use(IngressTlsFactory.build(client.chain(), client.key(), IngressTrust.of(AUTHORITY.certificate())));
    }

    private void expectWaiting(int count) {
        Eventually.holds(() -> fake.waiting() == count, () -> fake.waiting() + " connections wait instead of " + count);
    }

    private Future<IngressStream> dial() {
        Future<IngressStream> dialled = ingress.dial(loop, new IngressRequest("web.internal", 443));
        assertTrue(dialled.awaitUninterruptibly(90_000), "a dial never ended");
        return dialled;
    }

    private void succeed() {
        succeed(1);
    }

    private void succeed(int times) {
        List<Future<IngressStream>> dialled = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            dialled.add(ingress.dial(loop, new IngressRequest("web.internal", 443)));
        }
        for (Future<IngressStream> one : dialled) {
            assertTrue(one.awaitUninterruptibly(90_000), "a dial never ended");
            assertTrue(one.isSuccess(), () -> "the dial failed: " + one.cause());
            IngressStream stream = one.getNow();
            stream.channel().eventLoop().execute(stream::close);
            assertTrue(stream.channel().closeFuture().awaitUninterruptibly(60_000));
        }
    }
}
