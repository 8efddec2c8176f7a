package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is believed to be ngrok, what is said of others, and the way through a proxy. */
class TrustIT {

    private static final String WEB = "http://web.demo";
    private static final String LATER = "http://later.demo";

    private Machine machine;

    @BeforeEach
    void open() throws IOException {
        machine = Machine.open(TrustIT.class);
    }

    @AfterEach
    void close() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @Test
    void aWrongCertificateIsSaidWithTheMendWhileTheApiGoesOn() throws Exception {
        Cloud cloud = Cloud.start(machine, WEB);
        // What an ingress did in a handshake shows when there is one: not on streams that are up already.
        Daemon daemon = machine.daemon("daemon").of(cloud).set("ingress.http_pool", false).set("ingress.pool", "{size: 0}").start();
        daemon.awaitServed(WEB);
        machine.run("curl", "-sS", "--fail", WEB).ok();
        assertEquals("system roots, 1 extra root, ngrok's pinned CA", daemon.status().path("ingress_verification").asText());

        cloud.failsAtTheIngress("{kind: wrong_certificate}");
        daemon.await("the error page tells", () -> curl().contains("is not trusted"));
        daemon.await("the list says what to do", () -> {
            String error = daemon.endpoint(WEB).orElseThrow().path("last_error").asText();
            return error.contains("server.ingress_ca") && error.contains(cloud.ca().toString());
        });
        String list = daemon.ngrokctl("list").ok().output();
        assertTrue(list.contains("is not trusted"), list);
        cloud.serves(WEB, LATER);
        daemon.awaitServed(WEB, LATER);
        daemon.await("the API goes on", () -> daemon.status().path("last_poll").path("ok").asBoolean());

        cloud.failsAtTheIngress();
        daemon.await("it is served again", () -> curl().contains("endpoint: " + WEB));
        assertEquals(0, daemon.terminate());
    }

    @Test
    void everyFaultOfTheIngressHasItsWords() throws Exception {
        Cloud cloud = Cloud.start(machine, WEB);
        // What an ingress did in a handshake shows when there is one: not on streams that are up already.
        Daemon daemon = machine.daemon("daemon").of(cloud).set("ingress.http_pool", false).set("ingress.pool", "{size: 0}").start();
        daemon.awaitServed(WEB);
        Map<String, String> words = Map.of("wrong_name", "localhost", "refuse", "ERR_NGROK_9313", "stall", "did not complete the TLS handshake",
                "reset", "hung up", "garbage", "can't be read");
        for (Map.Entry<String, String> fault : words.entrySet()) {
            cloud.failsAtTheIngress("{kind: " + fault.getKey() + "}");
            daemon.await(fault.getKey() + " is said on the error page", () -> curl().contains(fault.getValue()));
            daemon.await(fault + " is in the list",
                    () -> daemon.endpoint(WEB).orElseThrow().path("last_error").asText().contains(fault.getValue()));
        }
        cloud.failsAtTheIngress();
        daemon.await("it is served again", () -> curl().contains("endpoint: " + WEB));
    }

    @Test
    void whoeverAnswersIsTakenOnlyWhenThatIsAskedForAndItWarns() throws Exception {
        Cloud cloud = Cloud.start(machine, WEB);
        cloud.failsAtTheIngress("{kind: wrong_certificate}");
        Daemon daemon = machine.daemon("daemon").of(cloud).set("server.insecure_skip_verify", true).start();
        daemon.awaitServed(WEB);
        daemon.await("it is served", () -> curl().contains("endpoint: " + WEB));
        assertEquals("OFF", daemon.status().path("ingress_verification").asText());
        assertTrue(daemon.status().path("warnings").toString().contains("insecure_skip_verify"));
        assertTrue(daemon.log().contains("The ingress is not verified"), daemon.log());

        daemon.set("server.insecure_skip_verify", false).writeConfig().hup();
        daemon.await("it is verified again", () -> curl().contains("is not trusted"));
        daemon.await("it warns no more", () -> !daemon.status().path("warnings").toString().contains("insecure_skip_verify"));
    }

    @Test
    void apiAndIngressAreReachedThroughAProxyThatAloneKnowsThem() throws Exception {
        Files.writeString(machine.hosts(), Machine.text(machine.hosts()) + "127.0.0.1 proxy.test\n");
        Cloud cloud = Cloud.startAs(machine, "ingress.test", WEB, "http://proxy.test");
        Path proxyLog = ProxyLab.start(machine, cloud);
        Daemon daemon = machine.daemon("daemon").of(cloud).set("api.url", "https://api.test").set("api.ca", cloud.ca())
                .environment("HTTPS_PROXY", "http://ali:wrong-secret@127.0.0.1:" + ProxyLab.PORT).start();
        daemon.await("the refusal is said", () -> daemon.status().path("last_poll").path("error").asText().contains("407"));
        String error = daemon.status().path("last_poll").path("error").asText();
        assertTrue(error.contains("(HTTPS_PROXY)") && error.contains("user and password"), error);

        daemon.set("proxy.url", "http://ali:open%20sesame@proxy.test:" + ProxyLab.PORT).writeConfig().hup();
        daemon.awaitState(WEB, "ready");
        daemon.await("it is served", () -> curl().contains("endpoint: " + WEB));
        daemon.awaitState("http://proxy.test", "refused", "hijack");
        List<String> connects = Machine.text(proxyLog).lines().filter(line -> line.endsWith("let through")).toList();
        assertTrue(connects.contains("CONNECT api.test:443 let through"), connects::toString);
        assertTrue(connects.contains("CONNECT ingress.test:4443 let through"), connects::toString);
        String shown = daemon.status().toString();
        assertTrue(shown.contains("http://***@proxy.test:" + ProxyLab.PORT + " (proxy.url)"), shown);
        String everything = shown + daemon.list() + daemon.log() + daemon.ngrokctl("status").ok() + daemon.ngrokctl("status", "--json").ok();
        for (String secret : List.of("wrong-secret", "sesame", "ali:")) {
            assertFalse(everything.contains(secret), () -> secret + " is shown: " + everything);
        }
        assertEquals(0, daemon.terminate());
    }

    /** What the endpoint answers, or the page that says why it does not. */
    private String curl() throws IOException, InterruptedException {
        return machine.run("curl", "-sS", "--max-time", "60", WEB + "/").output();
    }
}
