package io.ngrokd.kernel.data.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.Eventually;
import io.ngrokd.kernel.data.fixture.FakeIngress;
import io.ngrokd.kernel.data.fixture.LeakWatch;
import io.ngrokd.kernel.data.fixture.TestAuthority;
import io.ngrokd.kernel.data.fixture.Transports;
import io.ngrokd.kernel.data.fixture.TestAuthority.Identity;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;

/** An ingress, a fake far side of it, and dials between them. */
final class IngressRig implements AutoCloseable {

    static final TestAuthority AUTHORITY = DataPlaneRig.authority();
    static final Identity CLIENT = AUTHORITY.issue();

    private final LeakWatch leaks = new LeakWatch();
    private final Vertx vertx = Transports.vertx();
    final FakeIngress fake;
    final Ingress ingress;

    IngressRig(Identity server, IngressSettings settings) {
        fake = new FakeIngress(TestAuthority.serverContext(server, AUTHORITY.certificate()));
        ingress = Ingress.on(vertx, settings);
        ingress.use(new IngressTarget("localhost", fake.port()));
    }

    static IngressSettings patient() {
        return new IngressSettings(Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofMillis(10), 4096);
    }

    void trust(IngressTrust trust) throws GeneralSecurityException {
        ingress.use(IngressTlsFactory.build(CLIENT.chain(), CLIENT.key(), trust));
    }

    void present(Identity server) {
        fake.use(TestAuthority.serverContext(server, AUTHORITY.certificate()));
    }

    void succeed() {
        Future<IngressStream> dialled = dial();
        assertTrue(dialled.isSuccess(), () -> "the dial failed: " + dialled.cause());
        IngressStream stream = dialled.getNow();
        stream.channel().eventLoop().execute(stream::close);
        assertTrue(stream.channel().closeFuture().awaitUninterruptibly(60_000));
    }

    IngressException fail() {
        return assertInstanceOf(IngressException.class, dial().cause());
    }

    VertxInternal vertx() {
        return (VertxInternal) vertx;
    }

    EventLoop loop() {
        return vertx().eventLoopGroup().next();
    }

    private Future<IngressStream> dial() {
        Future<IngressStream> dialled = ingress.dial(loop(), new IngressRequest("web.internal", 443));
        assertTrue(dialled.awaitUninterruptibly(180_000), "a dial never ended");
        return dialled;
    }

    @Override
    public void close() throws IOException {
        try (leaks; fake) {
            ingress.close();
            Eventually.holds(() -> fake.openConnections() == 0, () -> "connections are left open");
            DataPlaneRig.await(vertx.close());
            assertEquals(List.of(), leaks.leaks());
        }
    }
}
