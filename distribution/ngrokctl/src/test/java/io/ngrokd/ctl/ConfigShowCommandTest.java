package io.ngrokd.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigShowCommandTest {

    @TempDir
    private Path folder;

    private FakeDaemon daemon;

    @BeforeEach
    void start() throws IOException {
        daemon = new FakeDaemon(folder);
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    private void answers(String settings) {
        daemon.http("GET /v1/config", 200, "{\"schema\":1,\"path\":\"/c.yml\",\"config\":{\"net\":{\"start_port\":7}},\"settings\":"
                + settings
                + ",\"warnings\":[\"NGROKD_NETT sets nothing\"]}");
    }

    @Test
    void whatCountsAsTheFileHasIt() {
        answers("[]");
        assertEquals("# in force; the file is /c.yml\nnet:\n  start_port: 7\n# warning: NGROKD_NETT sets nothing\n",
                Run.with(daemon, "config", "show").output());
    }

    @Test
    void everyOriginIsNamed() {
        answers("""
                [{"key":"net.start_port","value":7,"origin":{"kind":"file","file":"/c.yml","line":2}},
                {"key":"api.key","value":"***","origin":{"kind":"environment","variable":"NGROK_API_KEY"}},
                {"key":"server.log_level","value":"debug","origin":{"kind":"runtime","command":"ngrokd -v"}},
                {"key":"net.subnet","value":null,"without":"the platform's own","origin":{"kind":"default"}},
                {"key":"net.overrides","value":{"a.b":"eth0"},"origin":{"kind":"default"}},
                {"key":"dns.zones","value":["x","y"],"origin":{"kind":"default"}},
                {"key":"http.x","value":"","origin":{"kind":"default"}}]""".replace("\n", ""));
        assertEquals("""
                # in force; the file is /c.yml
                net.start_port    7              /c.yml:2
                api.key           ***            environment NGROK_API_KEY
                server.log_level  debug          runtime ngrokd -v
                net.subnet        (not set)      default: the platform's own
                net.overrides     {a.b: "eth0"}  default
                dns.zones         ["x", "y"]     default
                http.x            ""             default
                # warning: NGROKD_NETT sets nothing
                """, Run.with(daemon, "config", "show", "--origin").output());
    }

    @Test
    void anOlderDaemonWithoutOriginsIsSaid() {
        daemon.http("GET /v1/config", 200, "{\"schema\":1,\"path\":\"/c.yml\",\"config\":{}}");
        assertTrue(Run.with(daemon, "config", "show", "--origin").output().contains("an older one"));
    }
}
