package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Another machine of the LAN that sets a route to the virtual addresses of this one. */
class VirtualNeighboursIT {

    private static final String URL = "http://web.demo";

    private Machine machine;
    private Daemon daemon;

    @BeforeEach
    void start() throws Exception {
        machine = Machine.open(getClass());
        machine.shell("""
                ip link add lan type veth peer name far && ip netns add client && ip link set far netns client
                ip address add 192.0.2.1/24 dev lan && ip link set lan up
                ip -netns client address add 192.0.2.2/24 dev far && ip -netns client link set far up
                ip -netns client route add 10.107.0.0/16 via 192.0.2.1""").ok();
        daemon = machine.daemon("daemon").of(Cloud.start(machine, URL)).start();
        daemon.awaitServed(URL);
    }

    @AfterEach
    void stop() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    private Result call(String... from) throws IOException, InterruptedException {
        return machine.run(Machine.join(List.of(from), List.of("curl", "-sS", "--max-time", "30", "http://" + daemon.address(URL) + "/"))
                .toArray(String[]::new));
    }

    private Result neighbourCalls() throws IOException, InterruptedException {
        return call("ip", "netns", "exec", "client");
    }

    @Test
    void theyAreForProgramsHereUnlessTheConfigLetsOthersIn() throws Exception {
        assertTrue(call().ok().output().contains("endpoint: " + URL), "programs here are served");
        assertNotEquals(0, neighbourCalls().exitCode());
        daemon.await("the refusal is counted", () -> daemon.endpoint(URL).orElseThrow().toString().contains("NOT_THIS_MACHINE"));
        daemon.set("net.virtual_clients", "[192.0.2.0/24]").writeConfig().hup();
        daemon.await("the neighbour is let in", () -> neighbourCalls().output().contains("endpoint: " + URL));
    }
}
