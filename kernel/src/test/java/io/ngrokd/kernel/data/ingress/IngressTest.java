package io.ngrokd.kernel.data.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.Eventually;
import io.ngrokd.kernel.data.fixture.FakeIngress;
import io.ngrokd.kernel.data.fixture.LeakWatch;
import io.ngrokd.kernel.data.fixture.TestAuthority;
import io.ngrokd.kernel.data.fixture.Transports;
import io.ngrokd.kernel.data.fixture.TestAuthority.Identity;
import io.ngrokd.kernel.data.ingress.IngressException.Cause;
import io.netty.util.concurrent.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IngressTest {

    private static final TestAuthority AUTHORITY = DataPlaneRig.authority();
    private static final TestAuthority STRANGER = TestAuthority.root("stranger");
    private static final Identity SERVER = AUTHORITY.issue("localhost");
    private static final Identity CLIENT = AUTHORITY.issue();
    private static final Identity OTHER_CLIENT = AUTHORITY.issue();
    private static final IngressRequest REQUEST = new IngressRequest("web.internal", 443);

    private static final Duration PATIENT = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofSeconds(1);

    private final LeakWatch leaks = new LeakWatch();
    private final Vertx vertx = Transports.vertx();
    private final FakeIngress fake = new FakeIngress(TestAuthority.serverContext(SERVER, AUTHORITY.certificate()));
    private final Ingress ingress = Ingress.on(vertx, limits(PATIENT, PATIENT));

    @BeforeEach
    void useTheFake() throws GeneralSecurityException {
        ingress.use(new IngressTarget("localhost", fake.port()));
        ingress.use(credentials(CLIENT, AUTHORITY.certificate()));
    }

    @AfterEach
    void leavesNothingBehind() throws IOException {
        try (leaks; fake) {
            ingress.close();
            Eventually.holds(() -> fake.openConnections() == 0, () -> "connections are left open");
            DataPlaneRig.await(vertx.close());
            assertEquals(List.of(), leaks.leaks());
        }
    }

    @Test
    void asksForTheEndpointAndPresentsTheCertificate() {
        succeed();
        assertEquals(List.of(new FakeIngress.Asked("web.internal", 443)), fake.requests());
        assertEquals(CLIENT.chain().getFirst(), fake.clientCertificates().getFirst());
        assertEquals(List.of(), fake.failures());
    }

    @Test
    void emptyAnswerIsAGoodOne() {
        fake.answer(new byte[] {0, 0});
        succeed();
    }

    @Test
    void newestCredentialsAreUsed() throws GeneralSecurityException {
        succeed();
        ingress.use(credentials(OTHER_CLIENT, AUTHORITY.certificate()));
        succeed();
        assertEquals(List.of(CLIENT.chain().getFirst(), OTHER_CLIENT.chain().getFirst()), fake.clientCertificates());
    }

    @Test
    void newestTargetIsUsed() throws IOException {
        try (FakeIngress second = new FakeIngress(TestAuthority.serverContext(SERVER, AUTHORITY.certificate()))) {
            ingress.use(new IngressTarget("localhost", second.port()));
            succeed();
            assertEquals(0, fake.accepted());
            Eventually.holds(() -> second.openConnections() == 0, () -> "a connection is left open");
        }
    }

    @Test
    void anIntermediateIsAnAnchorToo() throws GeneralSecurityException {
        TestAuthority intermediate = STRANGER.intermediate("Intermediate CA");
        fake.use(TestAuthority.serverContext(intermediate.issue("localhost"), AUTHORITY.certificate()));
        ingress.use(credentials(CLIENT, intermediate.certificate()));
        succeed();
    }

    @Test
    void systemRootsCanBeAddedAndDoNotCoverTheTestAuthority() throws GeneralSecurityException {
        ingress.use(IngressTlsFactory.build(CLIENT.chain(), CLIENT.key(), IngressTrust.ofNgrok(List.of(), "a folder")));
        assertEquals(Cause.TLS_UNTRUSTED, fail().reason());
    }

    @ParameterizedTest
    @CsvSource({"ERR_NGROK_3200,the endpoint is offline", "ERR_NGROK_9,''", "'',only words"})
    void refusalCarriesCodeAndMessage(String code, String message) {
        fake.answer(FakeIngress.frame(FakeIngress.response("", "", code, message)));
        IngressException failure = fail();
        assertEquals(Cause.UPGRADE_REFUSED, failure.reason());
        assertEquals(code.isEmpty() ? Optional.empty() : Optional.of(code), failure.errorCode());
        assertTrue(failure.getMessage().contains(message));
        assertEquals(1, fake.accepted(), "a refusal is final");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void serverOfAStrangerIsNotTrusted(String version) {
        fake.protocols(version).use(TestAuthority.serverContext(STRANGER.issue("localhost"), AUTHORITY.certificate()));
        assertEquals(Cause.TLS_UNTRUSTED, fail().reason());
    }

    @Test
    void serverWithAnotherNameIsNotTrusted() {
        fake.use(TestAuthority.serverContext(AUTHORITY.issue("elsewhere.test"), AUTHORITY.certificate()));
        IngressException failure = fail();
        assertEquals(Cause.TLS_UNTRUSTED, failure.reason());
        assertTrue(failure.getMessage().contains("localhost"), failure.getMessage());
    }

    @Test
    void expiredServerIsNotTrusted() {
        fake.use(TestAuthority.serverContext(AUTHORITY.issueExpired("localhost"), AUTHORITY.certificate()));
        assertEquals(Cause.TLS_UNTRUSTED, fail().reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void refusedClientCertificateIsNamed(String version) {
        fake.protocols(version).use(TestAuthority.serverContext(SERVER, STRANGER.certificate()));
        assertEquals(Cause.CERTIFICATE_REFUSED, fail().reason());
    }

    @Test
    void expiryOfOurCertificateExplainsTheRefusal() throws GeneralSecurityException {
        ingress.use(credentials(AUTHORITY.issueExpired(), AUTHORITY.certificate()));
        fake.closeInsteadOfAnswer();
        IngressException failure = fail();
        assertEquals(Cause.CERTIFICATE_REFUSED, failure.reason());
        assertTrue(failure.getMessage().contains("expired"), failure.getMessage());
    }

    @Test
    void hangingUpInsteadOfAnsweringIsARefusal() {
        fake.closeInsteadOfAnswer();
        assertEquals(Cause.CERTIFICATE_REFUSED, fail().reason());
    }

    @Test
    void hangingUpInsteadOfAnsweringOnceIsForgiven() {
        fake.hangUpInsteadOfAnswering(1);
        succeed();
        assertEquals(2, fake.accepted());
        fake.hangUpInsteadOfAnswering(2);
        assertEquals(Cause.CERTIFICATE_REFUSED, fail().reason());
        assertEquals(4, fake.accepted());
    }

    @Test
    void refusalIsShownInOneLineOfBoundedLength() {
        fake.answer(FakeIngress.frame(FakeIngress.response("", "", "", "no\r\nWARN forged \u001b[31m" + "x".repeat(2000))));
        String shown = fail().getMessage();
        assertTrue(shown.startsWith("no  WARN forged  [31mxxx"), shown);
        assertTrue(shown.length() < 400 && shown.chars().noneMatch(Character::isISOControl), shown);
    }

    @Test
    void dialThatIsCancelledEndsItsConnection() throws GeneralSecurityException {
        Ingress patient = Ingress.on(vertx, new IngressSettings(
                Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofMillis(10), 4096));
        patient.use(new IngressTarget("localhost", fake.port()));
        patient.use(credentials(CLIENT, AUTHORITY.certificate()));
        fake.silent();
        var dialled = patient.dial(((VertxInternal) vertx).eventLoopGroup().next(), REQUEST);
        Eventually.holds(() -> fake.openConnections() == 1, () -> "never dialled");
        assertTrue(dialled.cancel(false));
        Eventually.holds(() -> fake.openConnections() == 0, () -> "still dialling");
        assertEquals(1, fake.accepted());
        patient.close();
    }

    @Test
    void withoutACertificateNothingIsDialled() {
        Ingress fresh = Ingress.on(vertx, IngressSettings.defaults());
        assertEquals(Cause.UNREACHABLE, failureOf(fresh).reason());
        fresh.use(new IngressTarget("localhost", fake.port()));
        assertEquals(Cause.CERTIFICATE_MISSING, failureOf(fresh).reason());
        assertEquals(0, fake.accepted());
    }

    @Test
    void garbageInTheAnswerIsAProtocolError() {
        fake.answer(FakeIngress.frame(new byte[] {10, 100, 1, 2, 3}));
        assertEquals(Cause.PROTOCOL, fail().reason());
    }

    @Test
    void answerBeyondTheBoundIsAProtocolError() {
        fake.answer(new byte[] {(byte) 0xFF, (byte) 0xFF});
        assertEquals(Cause.PROTOCOL, fail().reason());
    }

    @Test
    void silenceDuringTheHandshakeTimesOut() {
        ingress.use(limits(SHORT, SHORT));
        fake.silent();
        assertEquals(Cause.TIMEOUT, fail().reason());
    }

    @Test
    void silenceInsteadOfAnAnswerTimesOut() {
        ingress.use(limits(PATIENT, SHORT));
        fake.answer(new byte[] {40}).serve(connection -> connection.tls().getInputStream().read());
        assertEquals(Cause.TIMEOUT, fail().reason());
    }

    @Test
    void serverThatSpeaksNoTlsIsAProtocolError() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            Thread.ofVirtual().start(() -> {
                try (var socket = server.accept()) {
                    socket.getOutputStream().write("220 mail.example.com ESMTP\r\n".getBytes());
                    socket.getInputStream().readAllBytes();
                } catch (IOException gone) {
                    Thread.currentThread().interrupt();
                }
            });
            ingress.use(new IngressTarget("localhost", server.getLocalPort()));
            assertEquals(Cause.PROTOCOL, fail().reason());
        }
    }

    @Test
    void nobodyListeningIsUnreachable() throws IOException {
        fake.close();
        assertEquals(Cause.UNREACHABLE, fail().reason());
    }

    @Test
    void dialThatIsResetIsTriedOnceMore() {
        fake.resetAtAccept(1);
        succeed();
        assertEquals(2, fake.accepted());
        fake.resetAtAccept(2);
        assertEquals(Cause.UNREACHABLE, fail().reason());
        assertEquals(4, fake.accepted());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void sessionsAreResumed(String version) {
        fake.protocols(version);
        succeed();
        succeed();
        assertEquals(2, fake.accepted());
        assertEquals(1, fake.fullHandshakes(), "the second handshake was not a resumption");
    }

    private static IngressSettings limits(Duration connect, Duration exchange) {
        return new IngressSettings(connect, exchange, Duration.ofMillis(10), 4096);
    }

    private static IngressCredentials credentials(Identity client, X509Certificate root)
            throws GeneralSecurityException {
        return IngressTlsFactory.build(client.chain(), client.key(), IngressTrust.of(root));
    }

    private void succeed() {
        Future<IngressStream> dialled = dial(ingress);
        assertTrue(dialled.isSuccess(), () -> "the dial failed: " + dialled.cause());
        IngressStream stream = dialled.getNow();
        stream.channel().eventLoop().execute(stream::close);
        assertTrue(stream.channel().closeFuture().awaitUninterruptibly(60_000));
    }

    private IngressException fail() {
        return failureOf(ingress);
    }

    private IngressException failureOf(Ingress dialled) {
        return assertInstanceOf(IngressException.class, dial(dialled).cause());
    }

    private Future<IngressStream> dial(Ingress dialled) {
        var loop = ((VertxInternal) vertx).eventLoopGroup().next();
        var future = dialled.dial(loop, REQUEST);
        assertTrue(future.awaitUninterruptibly(180_000), "a dial never ended");
        return future;
    }
}
