package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** An endpoint appears in the cloud, and its name answers on this machine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DiscoveryIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;

    @BeforeAll
    void start() throws Exception {
        machine = Machine.open(DiscoveryIT.class);
        cloud = Cloud.start(machine);
        daemon = machine.daemon("daemon").of(cloud).start();
    }

    @AfterAll
    void stop() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @Test
    void threeEndpointsAppearAndOneVanishesWithinAPoll() throws Exception {
        cloud.serves();
        daemon.awaitServed();
        cloud.serves("http://one.demo", "http://two.demo", "http://three.demo");
        daemon.awaitServed("http://one.demo", "http://two.demo", "http://three.demo");
        for (String name : List.of("one.demo", "two.demo", "three.demo")) {
            assertTrue(curl("http://" + name + "/").contains("endpoint: http://" + name));
        }
        String gone = daemon.address("http://two.demo");

        cloud.serves("http://one.demo", "http://three.demo");
        daemon.awaitServed("http://one.demo", "http://three.demo");
        assertNotEquals(0, machine.run("getent", "hosts", "two.demo").exitCode(), "the name is gone");
        assertFalse(Machine.text(machine.hosts()).contains("two.demo"));
        assertNotEquals(0, machine.run("curl", "-sS", "--max-time", "5", "http://" + gone + "/").exitCode(), "nobody listens there");
        assertTrue(curl("http://one.demo/").contains("endpoint: http://one.demo"));
        assertTrue(curl("http://three.demo/").contains("endpoint: http://three.demo"));
    }

    @Test
    void httpsAnswersByNameWithTheClientsOwnTls() throws Exception {
        cloud.serves("https://secure.demo");
        daemon.awaitServed("https://secure.demo");
        String answer = machine.run("curl", "-sS", "--cacert", cloud.ca().toString(), "https://secure.demo/").ok().output();
        assertTrue(answer.contains("endpoint: https://secure.demo") && answer.contains("over TLS"), answer);
    }

    @Test
    void aWildcardAnswersForTheNamesBelowIt() throws Exception {
        cloud.serves("https://*.wild.demo", "http://*.plain.demo");
        daemon.awaitServed("https://*.wild.demo", "http://*.plain.demo");
        String wild = daemon.address("https://*.wild.demo");
        for (String name : List.of("foo.wild.demo", "bar.wild.demo")) {
            String answer = machine.run("curl", "-sS", "--cacert", cloud.ca().toString(),
                    "--resolve", name + ":443:" + wild, "https://" + name + "/").ok().output();
            assertTrue(answer.contains("endpoint: https://*.wild.demo") && answer.contains("host:     " + name), answer);
        }
        String plain = machine.run("curl", "-sS", "--connect-to", "::" + daemon.address("http://*.plain.demo") + ":80",
                "http://any.plain.demo/").ok().output();
        assertTrue(plain.contains("endpoint: http://*.plain.demo") && plain.contains("host:     any.plain.demo"), plain);
        assertFalse(Machine.text(machine.hosts()).contains("wild.demo"), "a hosts file cannot hold a wildcard");
    }

    @Test
    void tcpAndTlsEchoByName() throws Exception {
        cloud.serves("tcp://echo.demo:7000", "tls://tls.demo:9443");
        daemon.awaitServed("tcp://echo.demo:7000", "tls://tls.demo:9443");
        assertEquals("over tcp\n", machine.run("over tcp\n", Map.of(), "nc", "-N", "echo.demo", "7000").ok().output());
        // Its input must not end before the answer is there.
        Result tls = machine.shell("(echo over tls; for i in $(seq 600); do [ -s answer ] || sleep 0.1; done)"
                + " | openssl s_client -quiet -no_ign_eof -verify_return_error -verify_hostname tls.demo"
                + " -CAfile " + cloud.ca() + " -servername tls.demo -connect tls.demo:9443 > answer; cat answer");
        assertEquals("over tls\n", tls.output(), tls::toString);
    }

    @Test
    void severalPortsOfOneHostShareItsAddressAndTwoHostsNeverDo() throws Exception {
        String[] urls = {"http://many.demo", "https://many.demo", "tcp://many.demo:7000", "tcp://many.demo:7001",
            "http://other.demo", "tcp://third.demo:7000"};
        cloud.serves(urls);
        daemon.awaitServed(urls);
        assertEquals(1, addresses("http://many.demo", "https://many.demo", "tcp://many.demo:7000", "tcp://many.demo:7001").size());
        assertEquals(3, addresses(urls).size());
        assertEquals(1, Machine.text(machine.hosts()).lines().filter(line -> line.endsWith("\tmany.demo")).count());
        assertTrue(curl("http://many.demo/").contains("endpoint: http://many.demo"));
        assertEquals("x\n", machine.shell("echo x | nc -N many.demo 7001").ok().output());
    }

    @Test
    void poolingEndpointsAreOneHereWithSeveralIds() throws Exception {
        cloud.serves("{url: \"http://pool.demo\", id: ep_first, pooling: true}", "{url: \"http://pool.demo\", id: ep_second, pooling: true}");
        daemon.awaitServed("http://pool.demo");
        assertEquals(Set.of("ep_first", "ep_second"), Set.copyOf(
                daemon.endpoint("http://pool.demo").orElseThrow().path("ids").valueStream().map(JsonNode::asText).toList()));
        assertTrue(curl("http://pool.demo/").contains("endpoint: http://pool.demo"));
    }

    @Test
    void addressesAreTheSameAfterARestart() throws Exception {
        String[] urls = {"http://z.demo", "http://m.demo", "http://a.demo"};
        cloud.serves("http://z.demo");
        daemon.awaitServed("http://z.demo");
        cloud.serves(urls);
        daemon.awaitServed(urls);
        List<String> before = List.of(daemon.address(urls[0]), daemon.address(urls[1]), daemon.address(urls[2]));
        assertEquals(0, daemon.terminate());
        daemon.start();
        daemon.awaitServed(urls);
        assertEquals(before, List.of(daemon.address(urls[0]), daemon.address(urls[1]), daemon.address(urls[2])));
    }

    @Test
    void anAddressIsTheSameAfterItsEndpointWentAndCameBack() throws Exception {
        cloud.serves("http://coming.demo", "http://staying.demo");
        daemon.awaitServed("http://coming.demo", "http://staying.demo");
        String before = daemon.address("http://coming.demo");
        cloud.serves("http://staying.demo");
        daemon.awaitServed("http://staying.demo");
        cloud.serves("http://staying.demo", "http://a-new-one.demo");
        daemon.awaitServed("http://staying.demo", "http://a-new-one.demo");
        assertNotEquals(before, daemon.address("http://a-new-one.demo"), "an address stays reserved");
        cloud.serves("http://staying.demo", "http://a-new-one.demo", "http://coming.demo");
        daemon.awaitServed("http://staying.demo", "http://a-new-one.demo", "http://coming.demo");
        assertEquals(before, daemon.address("http://coming.demo"));
    }

    @Test
    void whatTheLastRunSawIsServedBeforeNgrokAnswersAndCorrectedBehindIt() throws Exception {
        cloud.serves("http://known.demo", "http://gone.demo");
        daemon.awaitServed("http://known.demo", "http://gone.demo");
        assertEquals(0, daemon.terminate());
        cloud.serves("http://known.demo");
        cloud.failsFromNowOn("{path: /, status: 503}");
        try {
            daemon.start().awaitServed("http://known.demo", "http://gone.demo");
            assertTrue(curl("http://known.demo/").contains("endpoint: http://known.demo"));
            daemon.await("ngrok's answer is known",
                    () -> daemon.status().path("registered").asBoolean() && daemon.status().toString().contains("503"));
        } finally {
            cloud.fails();
        }
        daemon.awaitServed("http://known.demo");
    }

    @Test
    void leasesAreInTheGoDaemonsFormat() throws Exception {
        cloud.serves("http://leased.demo", "tcp://leased.demo:7000");
        daemon.awaitServed("http://leased.demo", "tcp://leased.demo:7000");
        JsonNode file = JSON.readTree(Files.readAllBytes(daemon.state("ip_mappings.json")));
        assertTrue(file.isObject());
        assertEquals(daemon.address("http://leased.demo"), file.path("leased.demo").asText());
    }

    @Test
    void theGoDaemonsLeasesAreTakenOverAndDuplicatesMended() throws Exception {
        cloud.serves("http://first.demo", "http://second.demo", "http://third.demo");
        assertEquals(0, daemon.terminate());
        try {
            Daemon successor = machine.daemon("successor").of(cloud);
            Files.createDirectories(successor.state(""));
            Files.writeString(successor.state("ip_mappings.json"),
                    "{\n  \"third.demo\": \"10.107.0.77\",\n  \"first.demo\": \"10.107.0.9\",\n  \"second.demo\": \"10.107.0.9\"\n}");
            successor.start().awaitServed("http://first.demo", "http://second.demo", "http://third.demo");
            assertEquals("10.107.0.77", successor.address("http://third.demo"));
            assertEquals("10.107.0.9", successor.address("http://first.demo"));
            assertFalse(Set.of("10.107.0.9", "10.107.0.77").contains(successor.address("http://second.demo")));
            assertEquals(0, successor.terminate());
        } finally {
            daemon.start();
        }
    }

    @Test
    void leasesThatCannotBeReadAreSetAsideAndMadeAnew() throws Exception {
        cloud.serves("http://first.demo");
        daemon.awaitServed("http://first.demo");
        assertEquals(0, daemon.terminate());
        Files.writeString(daemon.state("ip_mappings.json"), "{\"first.demo\": ");
        daemon.start().awaitServed("http://first.demo");
        assertTrue(daemon.log().contains("corrupt"), daemon::log);
        assertTrue(curl("http://first.demo/").contains("endpoint: http://first.demo"));
    }

    private Set<String> addresses(String... urls) throws IOException {
        Set<String> addresses = new TreeSet<>();
        for (String url : urls) {
            addresses.add(daemon.address(url));
        }
        return addresses;
    }

    private String curl(String url) throws IOException, InterruptedException {
        return machine.run("curl", "-sS", "--fail", url).ok().output();
    }
}
