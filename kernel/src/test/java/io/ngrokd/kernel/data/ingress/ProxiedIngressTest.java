package io.ngrokd.kernel.data.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.kernel.data.fixture.Eventually;
import io.ngrokd.kernel.data.fixture.FakeProxy;
import io.ngrokd.kernel.data.ingress.IngressException.Cause;
import io.ngrokd.kernel.proxy.NoProxy;
import io.ngrokd.kernel.proxy.ProxyRules;
import io.ngrokd.kernel.proxy.ProxyServer;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way to the ingress through a proxy. The ingress's name exists for the proxy only. */
class ProxiedIngressTest {

    private static final String PASSWORD = "open%20sesame";

    private final IngressRig rig = new IngressRig(IngressRig.AUTHORITY.issue("ingress.test", "localhost"),
            IngressRig.patient());
    private final FakeProxy proxy = new FakeProxy(rig.fake.port());

    @BeforeEach
    void useTheProxy() throws GeneralSecurityException {
        rig.trust(IngressTrust.of(IngressRig.AUTHORITY.certificate()));
        rig.ingress.use(new IngressTarget("ingress.test", 443));
        through("localhost:" + proxy.port());
    }

    @AfterEach
    void leavesNothingBehind() throws IOException {
        try (proxy; rig) {
            Eventually.holds(() -> proxy.openConnections() == 0, () -> "connections to the proxy are left open");
        }
    }

    @Test
    void theProxyResolvesAndConnects() {
        rig.succeed();
        assertEquals(List.of("ingress.test:443"), proxy.connects());
        assertEquals(1, rig.fake.requests().size());
    }

    @Test
    void userAndPasswordArePresented() {
        proxy.demand("ali", "open sesame");
        through("ali:" + PASSWORD + "@127.0.0.1:" + proxy.port());
        rig.succeed();
    }

    @Test
    void aMissingPasswordIsAskedFor() {
        proxy.demand("ali", "open sesame");
        String message = unreachable();
        assertTrue(message.contains("407"), message);
        assertTrue(message.contains("wants a user and a password"), message);
        assertEquals(1, proxy.connects().size(), "asking again would not help");
    }

    @Test
    void aWrongPasswordIsSaidAndNotShown() {
        proxy.demand("ali", "something else");
        through("ali:" + PASSWORD + "@127.0.0.1:" + proxy.port());
        String message = unreachable();
        assertTrue(message.contains("does not accept this user and password"), message);
        assertFalse(message.contains("sesame"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "HTTP/1.0 403 Forbidden\r\n\r\n<html>no</html>"})
    void aRefusalIsSaidInTheProxysWords(String answer) {
        proxy.answer(answer);
        String message = unreachable();
        assertTrue(message.contains("403 Forbidden"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-OpenSSH_9.2\r\n", "\r\n", "HTTP/1.1 200"})
    void whatIsNoProxyIsSaid(String answer) {
        proxy.answer(answer);
        unreachable();
    }

    @Test
    void aProxyThatHangsUpIsSaid() {
        proxy.hangUp();
        String message = unreachable();
        assertTrue(message.contains("hung up"), message);
        assertEquals(2, proxy.connects().size(), "it is worth a second try");
    }

    @Test
    void aProxyThatNeverAnswersTimesOut() {
        hurry();
        proxy.silent();
        IngressException failure = rig.fail();
        assertEquals(Cause.TIMEOUT, failure.reason());
        assertTrue(failure.getMessage().contains("http://localhost:" + proxy.port()), failure.getMessage());
    }

    @Test
    void aProxyThatIsNotThereIsSaid() throws IOException {
        proxy.close();
        unreachable();
    }

    @Test
    void aProxyWhoseNameIsUnknownIsSaid() {
        // Where nobody answers questions for names, asking takes as long as it may.
        hurry();
        through("proxy.invalid:3128");
        String message = rig.fail().getMessage();
        assertTrue(message.contains("through the proxy http://proxy.invalid:3128 (proxy.url)"), message);
    }

    @Test
    void whatTheIngressDoesIsNotBlamedOnTheProxy() {
        rig.fake.closeInsteadOfAnswer();
        assertEquals(Cause.CERTIFICATE_REFUSED, rig.fail().reason());
    }

    @Test
    void loopbackAndExceptionsAreReachedDirectly() {
        rig.ingress.use(new IngressTarget("localhost", rig.fake.port()));
        rig.succeed();
        rig.ingress.use(new IngressTarget("ingress.test", 443));
        rig.ingress.use(new ProxyRules(Optional.of(ProxyServer.parse("localhost:" + proxy.port(), "proxy.url")), NoProxy.parse(".test")));
        assertFalse(rig.fail().getMessage().contains("proxy"));
        assertEquals(List.of(), proxy.connects());
    }

    private void hurry() {
        rig.ingress.use(new IngressSettings(Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofMillis(10), 4096));
    }

    private void through(String address) {
        rig.ingress.use(new ProxyRules(Optional.of(ProxyServer.parse("http://" + address, "proxy.url")), NoProxy.NONE));
    }

    private String unreachable() {
        IngressException failure = rig.fail();
        assertEquals(Cause.UNREACHABLE, failure.reason(), failure.getMessage());
        assertTrue(failure.getMessage().contains("ingress.test:443") && failure.getMessage().contains(":" + proxy.port() + " (proxy.url)"),
                failure.getMessage());
        return failure.getMessage();
    }
}
