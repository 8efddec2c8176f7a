package io.ngrokd.kernel.data.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.kernel.data.fixture.FakeIngress;
import io.ngrokd.kernel.data.fixture.TestAuthority;
import io.ngrokd.kernel.data.ingress.IngressException.Cause;
import io.ngrokd.kernel.data.ingress.IngressProbe.Server;
import io.ngrokd.kernel.proxy.ProxyRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The steps of a connection to the ingress, each with what it finds out. */
class IngressProbeTest {

    private static final IngressRequest REQUEST = new IngressRequest("web.internal", 80);
    private static final byte[] GET = "HEAD / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final IngressRig rig = new IngressRig(IngressRig.AUTHORITY.issue("localhost"), IngressRig.patient());

    @AfterEach
    void close() throws IOException {
        rig.close();
    }

    private IngressProbe probe(IngressTarget target, IngressTrust trust) throws GeneralSecurityException {
        return new IngressProbe(rig.vertx(), target,
                IngressTlsFactory.build(IngressRig.CLIENT.chain(), IngressRig.CLIENT.key(), trust), ProxyRules.DIRECT, IngressRig.patient());
    }

    private IngressProbe probe() throws GeneralSecurityException {
        return probe(new IngressTarget("localhost", rig.fake.port()), IngressTrust.of(IngressRig.AUTHORITY.certificate()));
    }

    private static void line(FakeIngress.Connection connection, String text) throws IOException {
        connection.tls().getInputStream().readNBytes(GET.length);
        connection.tls().getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void allTheWay(String version) throws Exception {
        rig.fake.protocols(version).serve(connection -> line(connection, "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n"));
        try (IngressProbe probe = probe()) {
            Server server = probe.connect();
            assertEquals("127.0.0.1:" + rig.fake.port(), server.address());
            assertEquals(version, server.protocol());
            assertTrue(server.certificate().getSubjectAlternativeNames().toString().contains("localhost"), server::toString);
            assertTrue(probe.isConnected());
            probe.ask(REQUEST);
            assertEquals("HTTP/1.1 204 No Content", probe.firstLine(GET));
        }
        assertEquals(List.of(new FakeIngress.Asked("web.internal", 80)), rig.fake.requests());
    }

    @Test
    void everyProbeIsVerifiedAnew() throws Exception {
        for (int time = 0; time < 3; time++) {
            try (IngressProbe probe = probe()) {
                probe.connect();
                probe.ask(REQUEST);
            }
        }
        assertEquals(3, rig.fake.fullHandshakes(), "no session is resumed");
    }

    @Test
    void whoIsNotTrustedIsConnectedToAndNoFurther() throws Exception {
        try (IngressProbe probe = probe(new IngressTarget("localhost", rig.fake.port()), IngressTrust.of(TestAuthority.root("other").certificate()))) {
            IngressException failure = assertThrows(IngressException.class, probe::connect);
            assertEquals(Cause.TLS_UNTRUSTED, failure.reason());
            assertTrue(probe.isConnected());
        }
    }

    @Test
    void whereNobodyListensThereIsNoConnection() throws Exception {
        int port = rig.fake.port();
        rig.fake.close();
        try (IngressProbe probe = probe(new IngressTarget("localhost", port), IngressTrust.of(IngressRig.AUTHORITY.certificate()))) {
            assertEquals(Cause.UNREACHABLE, assertThrows(IngressException.class, probe::connect).reason());
            assertFalse(probe.isConnected());
        }
    }

    @Test
    void aRefusalHasItsCode() throws Exception {
        rig.fake.answer(FakeIngress.frame(FakeIngress.response("", "", "ERR_NGROK_3200", "nobody is behind it")));
        try (IngressProbe probe = probe()) {
            probe.connect();
            IngressException refused = assertThrows(IngressException.class, () -> probe.ask(REQUEST));
            assertEquals("ERR_NGROK_3200", refused.errorCode().orElseThrow());
            assertEquals("nobody is behind it", refused.getMessage());
        }
    }

    @Test
    void whoHangsUpAfterTheHandshakeIsNoticed() throws Exception {
        rig.fake.hangUpAfterHandshake();
        try (IngressProbe probe = probe()) {
            probe.connect();
            assertTrue(probe.hungUp(Duration.ofSeconds(20)).isPresent());
            assertThrows(IngressException.class, () -> probe.ask(REQUEST));
        }
    }

    @Test
    void aServiceThatEndsTheStreamSaidNothing() throws Exception {
        rig.fake.serve(connection -> connection.tls().getInputStream().readNBytes(GET.length));
        try (IngressProbe probe = probe()) {
            probe.connect();
            probe.ask(REQUEST);
            assertEquals("", probe.firstLine(GET));
        }
    }

    @Test
    void closedInTheMiddleNothingIsLeft() throws Exception {
        probe().close();
        try (IngressProbe probe = probe()) {
            probe.connect();
        }
    }
}
