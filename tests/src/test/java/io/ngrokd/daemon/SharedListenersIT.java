package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Many endpoints on the ports 80 and 443 of one machine, as another machine of its network and it itself see them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedListenersIT {

    private static final String GATEWAY = "192.0.2.1";
    private static final String[] URLS = {"https://one.demo", "https://two.demo", "https://*.wild.demo", "https://*.deep.wild.demo",
        "tls://raw.demo", "http://plain.demo", "http://other.demo", "http://*.plain.demo"};

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;

    @BeforeAll
    void start() throws Exception {
        machine = Machine.open(getClass());
        machine.shell("""
                ip link add lan type veth peer name far && ip netns add client && ip link set far netns client
                ip address add 192.0.2.1/24 dev lan && ip link set lan up
                ip -netns client address add 192.0.2.2/24 dev far && ip -netns client link set far up""").ok();
        cloud = Cloud.start(machine, URLS);
        daemon = machine.daemon("daemon").of(cloud).set("net.listen_interface", "0.0.0.0").start();
        daemon.awaitServed(URLS);
    }

    @AfterAll
    void stop() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    /** On the other machine, which has no names for any of this. */
    private Result far(String... command) throws IOException, InterruptedException {
        return machine.run(Machine.join(List.of("ip", "netns", "exec", "client"), List.of(command)).toArray(String[]::new));
    }

    private String curl(String url) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--fail", "--max-time", "60", "--cacert", cloud.ca().toString()));
        command.addAll(List.of("--connect-to", "::" + GATEWAY + ":", url));
        return far(command.toArray(String[]::new)).ok().output();
    }

    /** A TLS client that says who it wants by these options; what it says of the end is in its errors. */
    private Result tlsClient(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("timeout", "60", "openssl", "s_client", "-connect", GATEWAY + ":443"));
        command.addAll(List.of("-CAfile", cloud.ca().toString()));
        command.addAll(List.of(options));
        return far(command.toArray(String[]::new));
    }

    @Test
    void endpointsOfOnePortAreToldApartByServerName() throws Exception {
        for (String name : List.of("one.demo", "two.demo")) {
            String answer = curl("https://" + name + "/");
            assertTrue(answer.contains("endpoint: https://" + name) && answer.contains("over TLS"), answer);
        }
        // Its input must not end before the answer is there.
        Result raw = machine.shell("""
                (echo over tls; for i in $(seq 600); do [ -s answer ] || sleep 0.1; done) \
                    | ip netns exec client openssl s_client -quiet -no_ign_eof -verify_return_error -verify_hostname raw.demo \
                        -CAfile %s -servername raw.demo -connect %s:443 > answer
                cat answer""".formatted(cloud.ca(), GATEWAY));
        assertEquals("over tls\n", raw.output(), raw::toString);
    }

    @Test
    void wildcardsAreAskedForByTheNameThatWasMeant() throws Exception {
        for (String name : List.of("a.wild.demo", "a.b.wild.demo")) {
            String answer = curl("https://" + name + "/");
            assertTrue(answer.contains("endpoint: https://*.wild.demo") && answer.contains("host:     " + name), answer);
        }
        assertTrue(curl("https://a.deep.wild.demo/").contains("endpoint: https://*.deep.wild.demo"), "the longer wildcard is nearer");
        String plain = curl("http://any.plain.demo/");
        assertTrue(plain.contains("endpoint: http://*.plain.demo") && plain.contains("host:     any.plain.demo"), plain);
    }

    @Test
    void endpointsOfOnePortAreToldApartByHostOnEveryRequest() throws Exception {
        assertTrue(curl("http://plain.demo/").contains("endpoint: http://plain.demo"));
        Result moved = machine.shell("""
                printf 'GET /headers HTTP/1.1\\r\\nHost: plain.demo\\r\\n\\r\\nGET / HTTP/1.1\\r\\nHost: other.demo\\r\\n\\r\\n\
                GET / HTTP/1.1\\r\\nHost: x.plain.demo\\r\\nConnection: close\\r\\n\\r\\n' | ip netns exec client nc %s 80""".formatted(GATEWAY)).ok();
        assertEquals(List.of("200", "200", "200"), Pattern.compile("HTTP/1.1 (\\d+)").matcher(moved.output()).results()
                .map(found -> found.group(1)).toList(), moved::toString);
        int first = moved.output().indexOf("{\"headers\"");
        int second = moved.output().indexOf("endpoint: http://other.demo");
        assertTrue(first >= 0 && first < second && second < moved.output().indexOf("endpoint: http://*.plain.demo"), moved::toString);
    }

    @Test
    void plainHttpAtAPortOfTlsReachesItsEndpointToo() throws Exception {
        String answer = far("curl", "-sS", "--fail", "-H", "Host: one.demo", "http://" + GATEWAY + ":443/").ok().output();
        assertTrue(answer.contains("endpoint: https://one.demo"), answer);
    }

    @Test
    void serverNamesThatAreNotHereAreRefusedWithAnAlertThatSaysSo() throws Exception {
        for (String version : List.of("-tls1_2", "-tls1_3")) {
            for (String[] who : new String[][] {{version, "-servername", "nobody.demo"}, {version, "-noservername"}}) {
                Result refused = tlsClient(who);
                assertNotEquals(0, refused.exitCode(), refused::toString);
                assertTrue(refused.errors().contains("unrecognized name"), refused::toString);
            }
        }
        Result curl = far("curl", "-sS", "--connect-to", "::" + GATEWAY + ":", "https://nobody.demo/");
        assertTrue(curl.exitCode() == 35 && curl.errors().contains("unrecognized name"), curl::toString);
    }

    @Test
    void aHostThatIsNotHereIsAnsweredAndOnlyThisMachineLearnsWhatIs() throws Exception {
        String remote = far("curl", "-sS", "-i", "http://" + GATEWAY + "/").ok().output();
        assertTrue(remote.startsWith("HTTP/1.1 421 ") && remote.contains("UNKNOWN_HOST"), remote);
        assertFalse(remote.contains(".demo"), remote);
        for (String here : List.of(GATEWAY, "127.0.0.1")) {
            String local = machine.run("curl", "-sS", "-i", "http://" + here + "/").ok().output();
            assertTrue(local.startsWith("HTTP/1.1 421 ") && local.contains("*.plain.demo\n") && local.contains("other.demo\n"), local);
        }
        // The client's machine is this one, though neither its address nor the one it connects to is loopback or the other.
        machine.run("ip", "address", "add", "198.51.100.7/32", "dev", "lo").ok();
        daemon.await("the new address is known as this machine's", () -> machine.run(
                "curl", "-sS", "--interface", "198.51.100.7", "http://" + GATEWAY + "/").ok().output().contains("other.demo\n"));
    }

    @Test
    void fiveThousandClientsThatSayTooLittleKeepNobodyFromBeingServed() throws Exception {
        Process clients = machine.start(machine.builder(Map.of(), Programs.java(HalfOpenClients.class, GATEWAY, "443", "5000")));
        try {
            assertEquals("5000 open", clients.inputReader().readLine());
            for (int round = 0; round < 3; round++) {
                assertTrue(curl("https://one.demo/").contains("endpoint: https://one.demo"));
                assertTrue(curl("http://plain.demo/").contains("endpoint: http://plain.demo"));
            }
        } finally {
            clients.destroy();
        }
    }

    @Test
    void allAddressesMeansThoseOfIpv4() throws Exception {
        assertNotEquals(0, machine.run("curl", "-sS", "--max-time", "10", "-H", "Host: plain.demo", "http://[::1]/").exitCode());
    }

    @Test
    void aPortThatAnotherProgramHoldsIsReplacedSaidWithItsNameAndTakenBack() throws Exception {
        try (Machine other = Machine.open(getClass())) {
            Cloud its = Cloud.start(other, "http://plain.demo");
            Process squatter = other.start(other.builder(Map.of(), List.of("nc", "-l", "-k", "0.0.0.0", "80")));
            Wait.until("somebody listens on port 80", () -> "", () -> other.shell("ss -ltn | grep -q :80").exitCode() == 0);
            Daemon second = other.daemon("second").of(its).set("net.listen_interface", "0.0.0.0").set("net.start_port", "9300").start();
            String expected = "port 80 of 0.0.0.0 is held by nc (pid " + squatter.pid() + "); listening on 9300 until it is free";
            assertEquals(expected, second.awaitState("http://plain.demo", "degraded", expected));
            assertTrue(other.run("curl", "-sS", "--fail", "-H", "Host: plain.demo", "http://127.0.0.1:9300/").ok().output()
                    .contains("endpoint: http://plain.demo"));
            second.awaitLogged("held by nc (pid " + squatter.pid() + ")");
            squatter.destroy();
            second.awaitServed("http://plain.demo");
            assertTrue(other.run("curl", "-sS", "--fail", "-H", "Host: plain.demo", "http://127.0.0.1/").ok().output()
                    .contains("endpoint: http://plain.demo"));
            second.await("it moved and is not doubled", () -> other.run("curl", "-sS", "http://127.0.0.1:9300/").exitCode() != 0);
            assertEquals(0, second.terminate());
        }
    }

    @Test
    void aUserWithoutTheRightToLowPortsIsToldWhatToDo() throws Exception {
        try (Machine other = Machine.open(getClass())) {
            Cloud its = Cloud.start(other, "http://plain.demo", "http://high.demo:8080");
            Daemon nobody = other.daemon("nobody").of(its).set("net.listen_interface", "0.0.0.0").asNobody().start();
            String reason = nobody.awaitState("http://plain.demo", "degraded", "CAP_NET_BIND_SERVICE", "ip_unprivileged_port_start=80");
            assertTrue(reason.startsWith("listening on 0.0.0.0:80 needs a privilege; run ngrokd as root"), reason);
            nobody.awaitState("http://high.demo:8080", "ready");
            other.run("sysctl", "-qw", "net.ipv4.ip_unprivileged_port_start=80").ok();
            nobody.awaitServed("http://plain.demo", "http://high.demo:8080");
            assertEquals(0, nobody.terminate());
        }
    }
}
