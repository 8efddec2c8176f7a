package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Keys are in their files and nowhere else, whatever happens and however much is logged. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecretsIT {

    private static final String WRONG = "2wrongKeyOfSomebodyElse_0123456789";
    private static final int TELLING = 16;

    private Machine machine;
    private Cloud cloud;

    @BeforeAll
    void open() throws Exception {
        machine = Machine.open(SecretsIT.class);
        cloud = Cloud.start(machine, "http://hello.demo", "tcp://echo.demo:7000");
    }

    @AfterAll
    void close() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @Test
    void noKeyIsToldToAnybody() throws Exception {
        Set<String> secrets = new LinkedHashSet<>(Set.of(Cloud.KEY, WRONG));
        Map<String, String> told = new LinkedHashMap<>();
        Path home = Zip.variant("observed");
        BusObserver.pack(home.resolve("plugins"));
        Path observed = machine.folder().resolve("messages");
        Daemon daemon = machine.daemon("daemon").of(cloud).from(home).environment("NGROK_API_KEY", "")
                .environment(BusObserver.FILE, observed.toString()).set("server.log_level", "debug").start();
        daemon.await("the observer listens", () -> Machine.text(observed).contains(BusObserver.CANARY));
        told.put("a wrong key", daemon.ngrokctlWith(WRONG, "set-api-key", "-").toString());
        told.put("status before", daemon.ngrokctl("status", "--json").toString());
        told.put("the right key", daemon.ngrokctlWith(Cloud.KEY, "set-api-key", "-").toString());
        daemon.awaitServed("http://hello.demo", "tcp://echo.demo:7000");
        remember(daemon, secrets);
        told.put("arguments", machine.shell("for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline; echo; done").output());

        told.put("renewal", daemon.ngrokctl("refresh-cert", "--force", "--json").toString());
        remember(daemon, secrets);
        cloud.failsFromNowOn("{method: PATCH, path: /kubernetes_operators, status: 500}", "{path: /endpoints, truncate: true}");
        told.put("a failed renewal", daemon.ngrokctl("refresh-cert", "--force").toString());
        cloud.failsFromNowOn();
        String operator = daemon.status().path("operator_id").asText();
        cloud.forgetsOperators();
        daemon.await("it is registered anew", () -> !List.of("", operator).contains(daemon.status().path("operator_id").asText()));
        remember(daemon, secrets);
        machine.run("curl", "-sS", "http://hello.demo/").ok();
        cloud.serves("http://later.demo", "tcp://echo.demo:7000");
        daemon.awaitServed("http://later.demo", "tcp://echo.demo:7000");

        told.put("status", daemon.status().toString());
        told.put("list", daemon.list().toString());
        told.put("health", machine.run("curl", "-sS", "http://127.0.0.1:8081/status").ok().output());
        told.put("health by socket", daemon.control("{\"command\":\"health\"}\n"));
        told.put("an odd command", daemon.control("{\"command\":\"set-api-key\",\"args\":[\"" + Cloud.KEY + "\",{\"a\":\"" + WRONG + "\"}]}"));
        daemon.terminate();
        machine.shell("sed -i 's/^  private.*//' " + daemon.state("tls.key") + "; truncate -s 100 " + daemon.state("tls.key"));
        told.put("damaged", daemon.startAsIs().status().toString());
        daemon.await("the damage is reported", () -> daemon.status().toString().contains("cannot be used"));
        told.put("damaged, later", daemon.status().toString());
        daemon.terminate();
        told.put("log", machine.shell("cat " + machine.folder() + "/*.log").output());

        told.put("event bus", Machine.text(observed));
        assertTheNetHolds(told.get("event bus"));

        assertTrue(secrets.size() >= 2 + 3 * 4, "two API keys, and three private ones in four forms at least");
        assertTrue(told.get("log").contains("DEBUG"), "it was logged at debug");
        for (Map.Entry<String, String> words : told.entrySet()) {
            for (String secret : secrets) {
                assertFalse(words.getValue().contains(secret), () -> words.getKey() + " tells a key:\n" + words.getValue());
            }
        }
    }

    /** What the observer sent itself it saw, however hidden; and what the daemon's parts say to each other. */
    private static void assertTheNetHolds(String messages) {
        byte[] key = BusObserver.CANARY_KEY.getBytes(StandardCharsets.UTF_8);
        for (String part : new String[] {BusObserver.CANARY, BusObserver.CANARY_HEADER, BusObserver.CANARY_KEY,
            Base64.getEncoder().encodeToString(key), HexFormat.of().formatHex(key),
            "NetifRequest", "NetifReply", "ForwardRequest", "ForwardReply", "NamesRequest", "NamesReply", "EndpointEvent",
            "ADDED", "READY", "REMOVED", "hello.demo", "later.demo"}) {
            assertTrue(messages.contains(part), () -> "the observer missed " + part + " in:\n" + messages);
        }
    }

    /** The private key in every form that somebody may print it in: each line of its file, those bytes, and the number itself. */
    private static void remember(Daemon daemon, Set<String> secrets) throws IOException, GeneralSecurityException {
        StringBuilder base64 = new StringBuilder();
        for (String line : Machine.text(daemon.state("tls.key")).lines().filter(line -> !line.startsWith("-")).toList()) {
            base64.append(line);
            if (line.length() >= TELLING) {
                secrets.add(line);
                secrets.add(HexFormat.of().formatHex(Base64.getDecoder().decode(line)));
            }
        }
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64.toString()));
        BigInteger number = ((ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(encoded)).getS();
        secrets.addAll(List.of(number.toString(), number.toString(16)));
    }
}
