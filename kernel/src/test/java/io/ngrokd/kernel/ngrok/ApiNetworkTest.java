package io.ngrokd.kernel.ngrok;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.kernel.data.fixture.FakeProxy;
import io.ngrokd.kernel.data.fixture.TestAuthority;
import io.ngrokd.kernel.data.fixture.TestAuthority.Identity;
import io.ngrokd.kernel.proxy.NoProxy;
import io.ngrokd.kernel.proxy.ProxyRules;
import io.ngrokd.kernel.proxy.ProxyServer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is believed to be the API, and the way to it through a proxy. The name api.test exists for the proxy only. */
class ApiNetworkTest {

    private static final TestAuthority COMPANY = TestAuthority.root("company root");
    private static final ApiLimits PATIENT = new ApiLimits(Duration.ofSeconds(60), Duration.ofSeconds(60));
    private static final ApiLimits SHORT = new ApiLimits(Duration.ofSeconds(2), Duration.ofSeconds(4));
    /** Of Vert.x's client, by default. */
    private static final int MOST_CONNECTIONS = 5;
    private static final String KEY = "the-key";

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger asked = new AtomicInteger();
    private ApiNetwork network = new ApiNetwork(List.of(COMPANY.certificate()), ProxyRules.DIRECT);
    private ApiTransport transport;
    private FakeProxy proxy;

    @AfterEach
    void close() throws IOException {
        transport.close();
        vertx.close().await();
        if (proxy != null) {
            proxy.close();
        }
    }

    @Test
    void anApiOfAnUnknownRootIsNotTrustedAndTheMendIsNamed() {
        network = ApiNetwork.PLAIN;
        int port = serve(COMPANY.issue("localhost"));
        String message = failure("https://localhost:" + port);
        assertTrue(message.contains("is not trusted"), message);
        assertTrue(message.contains("api.ca"), message);
    }

    @Test
    void furtherRootsAreTrusted() throws ApiException {
        call("https://localhost:" + serve(COMPANY.issue("localhost")));
    }

    @Test
    void theNameIsChecked() {
        String message = failure("https://localhost:" + serve(COMPANY.issue("elsewhere.test")));
        assertTrue(message.contains("is not trusted"), message);
        assertTrue(message.contains("localhost"), message);
    }

    @Test
    void anExpiredCertificateIsNotTrusted() {
        String message = failure("https://localhost:" + serve(COMPANY.issueExpired("localhost")));
        assertTrue(message.contains("clock"), message);
    }

    @Test
    void onlyTls12AndNewerIsSpoken() throws ApiException {
        call("https://localhost:" + serve(COMPANY.issue("localhost"), "TLSv1.2"));
        transport.close();
        assertTrue(failure("https://localhost:" + serve(COMPANY.issue("localhost"), "TLSv1.1")).contains("cannot be reached"));
    }

    @Test
    void rootsThatCameCountAfterAFailure() throws ApiException {
        network = ApiNetwork.PLAIN;
        String url = "https://localhost:" + serve(COMPANY.issue("localhost"));
        failure(url);
        network = new ApiNetwork(List.of(COMPANY.certificate()), ProxyRules.DIRECT);
        api(transport).operator("op");
    }

    @Test
    void aChangedNetworkCountsAfterAReload() throws ApiException {
        String url = "https://localhost:" + serve(COMPANY.issue("localhost"));
        call(url);
        network = ApiNetwork.PLAIN;
        api(transport).operator("op");
        assertEquals(1, asked.get(), "files are not read for every call");
        transport.reload();
        assertThrows(ApiException.class, () -> api(transport).operator("op"));
    }

    @Test
    void theProxyResolvesAndConnects() throws ApiException {
        through(new FakeProxy(serve(COMPANY.issue("api.test"))), "");
        transport = transport("https://api.test", PATIENT);
        for (int i = 0; i < 3 * MOST_CONNECTIONS; i++) {
            api(transport).operator("op");
        }
        assertEquals(Set.of("api.test:443"), Set.copyOf(proxy.connects()));
        assertTrue(proxy.connects().size() <= MOST_CONNECTIONS, "tunnels are kept for later calls");
    }

    @Test
    void userAndPasswordArePresented() throws ApiException {
        through(new FakeProxy(serve(COMPANY.issue("api.test"))).demand("ali", "open sesame"), "ali:open%20sesame@");
        call("https://api.test");
    }

    @Test
    void aProxyThatWantsAPasswordIsSaid() {
        through(new FakeProxy(1).demand("ali", "open sesame"), "");
        String message = failure("https://api.test");
        assertTrue(message.contains("through the proxy http://localhost:" + proxy.port() + " (proxy.url)"), message);
        assertTrue(message.contains("407"), message);
        assertTrue(message.contains("wants a user and a password"), message);
    }

    @Test
    void aWrongPasswordIsSaidAndNotShown() {
        through(new FakeProxy(1).demand("ali", "something else"), "ali:open%20sesame@");
        String message = failure("https://api.test");
        assertTrue(message.contains("does not accept this user and password"), message);
        assertFalse(message.contains("sesame"), message);
    }

    @Test
    void aProxyThatForbidsIsSaid() {
        through(new FakeProxy(1).answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"), "");
        String message = failure("https://api.test");
        assertTrue(message.contains("403 Forbidden"), message);
    }

    @Test
    void aProxyThatHangsUpIsSaid() {
        through(new FakeProxy(1).hangUp(), "");
        String message = failure("https://api.test");
        assertTrue(message.contains("through the proxy"), message);
    }

    @Test
    void aProxyThatNeverAnswersIsSaid() {
        through(new FakeProxy(1).silent(), "");
        String message = failure("https://api.test", SHORT);
        assertTrue(message.contains("through the proxy"), message);
    }

    @Test
    void anApiThatNeverAnswersBehindAProxyIsSaid() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            through(new FakeProxy(silent.getLocalPort()), "");
            String message = failure("https://api.test", SHORT);
            assertTrue(message.contains("through the proxy"), message);
        }
    }

    @Test
    void aProxyThatOpensTlsIsNamedWithTheMend() {
        through(new FakeProxy(serve(TestAuthority.root("inspection").issue("api.test"))), "");
        String message = failure("https://api.test");
        assertTrue(message.contains("through the proxy") && message.contains("api.ca"), message);
    }

    @Test
    void loopbackIsReachedDirectly() throws ApiException {
        int port = serve(COMPANY.issue("localhost"));
        through(new FakeProxy(1), "");
        call("https://localhost:" + port);
        assertEquals(List.of(), proxy.connects());
    }

    private void through(FakeProxy fake, String credentials) {
        proxy = fake;
        network = new ApiNetwork(List.of(COMPANY.certificate()), new ProxyRules(
                Optional.of(ProxyServer.parse("http://" + credentials + "localhost:" + fake.port(), "proxy.url")), NoProxy.NONE));
    }

    private void call(String url) throws ApiException {
        transport = transport(url, PATIENT);
        assertEquals("k8sop_1", api(transport).operator("k8sop_1").id());
    }

    private String failure(String url) {
        return failure(url, PATIENT);
    }

    private String failure(String url, ApiLimits limits) {
        transport = transport(url, limits);
        ApiException failure = assertThrows(ApiException.class, () -> api(transport).operator("k8sop_1"));
        assertEquals(0, failure.status());
        assertFalse(failure.getMessage().contains(KEY), failure.getMessage());
        return failure.getMessage();
    }

    private ApiTransport transport(String url, ApiLimits limits) {
        return new ApiTransport(vertx, () -> new ApiAccess(URI.create(url), KEY), () -> {
            asked.incrementAndGet();
            return network;
        }, "ngrokd-java/test", limits);
    }

    private static NgrokApi api(ApiTransport transport) {
        return new NgrokApi(transport);
    }

    private int serve(Identity identity, String... protocols) {
        HttpServerOptions options = new HttpServerOptions().setSsl(true).setKeyCertOptions(new PemKeyCertOptions()
                .addCertValue(pem("CERTIFICATE", encoded(identity.chain().getFirst())))
                .addKeyValue(pem("PRIVATE KEY", identity.key().getEncoded())));
        if (protocols.length > 0) {
            options.setEnabledSecureTransportProtocols(Set.of(protocols));
        }
        HttpServer server = vertx.createHttpServer(options)
                .requestHandler(request -> request.response().putHeader("Content-Type", "application/json").end("{\"id\":\"k8sop_1\"}"))
                .listen(0, "127.0.0.1").await();
        return server.actualPort();
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Buffer pem(String type, byte[] content) {
        return Buffer.buffer("-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + type + "-----\n");
    }
}
