package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Other machines whose DNS server is this one: all that they know of the endpoints are their names. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LanIT {

    private static final String[] URLS = {"http://plain.demo", "https://secure.demo", "https://*.wild.demo", "tls://raw.demo", "tcp://echo.demo:7000"};

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;

    @BeforeAll
    void start() throws Exception {
        machine = Machine.open(LanIT.class);
        attach("first", "192.0.2");
        cloud = Cloud.start(machine, URLS);
        daemon = machine.daemon("daemon").of(cloud).set("net.listen_interface", "0.0.0.0").set("plugins.dns", "none").start();
        daemon.awaitServed(URLS);
    }

    @AfterAll
    void stop() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    /** A network with this machine at .1 and a client at .2, whose resolver points here. */
    private void attach(String client, String network) throws Exception {
        machine.shell("""
                ip link add lan-%1$s type veth peer name far-%1$s && ip netns add %1$s && ip link set far-%1$s netns %1$s
                ip address add %2$s.1/24 dev lan-%1$s && ip link set lan-%1$s up
                ip -netns %1$s address add %2$s.2/24 dev far-%1$s && ip -netns %1$s link set far-%1$s up
                ip -netns %1$s link set lo up && mkdir -p /etc/netns/%1$s""".formatted(client, network)).ok();
        Files.writeString(machine.path("/etc/netns/" + client + "/resolv.conf"),
                "nameserver " + network + ".1\noptions timeout:5 attempts:5\n");
        Files.writeString(machine.path("/etc/netns/" + client + "/hosts"), "127.0.0.1\tlocalhost\n");
    }

    private Result at(String client, String script) throws IOException, InterruptedException {
        return machine.run("ip", "netns", "exec", client, "sh", "-c", script);
    }

    private void assertEverythingWorksByName(String client) throws Exception {
        assertTrue(at(client, "curl -sS --fail --max-time 60 http://plain.demo/").ok().output().contains("endpoint: http://plain.demo"));
        for (String name : List.of("secure.demo", "any.wild.demo", "deep.er.wild.demo")) {
            String answer = at(client, "curl -sS --fail --max-time 60 --cacert " + cloud.ca() + " https://" + name + "/").ok().output();
            assertTrue(answer.contains("host:     " + name), answer);
        }
        int port = daemon.endpoint("tcp://echo.demo:7000").orElseThrow().path("network_port").asInt();
        assertEquals("over tcp\n", at(client, "echo over tcp | timeout 60 nc -N echo.demo " + port).ok().output());
        Result tls = at(client, "timeout 60 openssl s_client -connect raw.demo:443 -servername raw.demo -verify_return_error -CAfile "
                + cloud.ca() + " < /dev/null");
        assertTrue(tls.output().contains("Verify return code: 0"), tls::toString);
        // An address that is not private: whoever has one gets our names, and nobody else's.
        assertTrue(at(client, "dig +noall +comments www.example.com").ok().output().contains("status: REFUSED"));
    }

    @Test
    void clientsUseAllEndpointsByNameWhileASecondNetworkComesAndGoes() throws Exception {
        daemon.await("the first network's DNS is up", () -> at("first", "dig +short plain.demo").output().strip().equals("192.0.2.1"));
        assertEverythingWorksByName("first");
        attach("second", "198.51.100");
        daemon.await("the second network's DNS is up", () -> at("second", "dig +short plain.demo").output().strip().equals("198.51.100.1"));
        assertEverythingWorksByName("second");
        assertEverythingWorksByName("first");
        machine.shell("ip link delete lan-second").ok();
        daemon.await("the second network is forgotten",
                () -> !daemon.status().path("network").path("dns_listening").toString().contains("198.51.100.1"));
        assertEverythingWorksByName("first");
    }
}
