package io.ngrokd.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.ctl.output.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusCommandTest {

    private static final String GO = """
            {"registered":true,"operator_id":"k8sop_1","endpoint_count":3,"ingress_endpoint":"ingress.example:443"}""";

    private static final String FULL = """
            {"registered":true,"operator_id":"k8sop_1","endpoint_count":2,"ingress_endpoint":"ingress.example:443",
             "version":"0.4.0","pid":4711,"state":"serving","started_at":"2026-11-21T08:48:00Z",
             "config_path":"/etc/ngrokd/config.yml","health_address":"127.0.0.1:8081","api_url":"https://api.ngrok.com",
             "last_poll":{"at":"2026-11-21T11:59:48Z","ok":true},"next_poll_at":"2026-11-21T12:00:18Z",
             "certificate":{"not_before":"2026-11-20T12:00:00Z","not_after":"2027-02-18T12:00:00Z","renew_at":"2027-01-19T12:00:00Z"},
             "netif":{"backend":"linux-bridge","description":"bridge ngrokd0","subnet":"10.107.0.0/16","choices":[
               {"name":"linux-dummy","available":false,"reason":"the kernel has no dummy type","chosen":false},
               {"name":"linux-bridge","available":true,"reason":"the kernel makes bridges","chosen":true},
               {"name":"linux-lo","available":true,"reason":"","chosen":false}]},
             "hosts":{"backend":"hosts-file","description":"/etc/hosts","choices":[
               {"name":"hosts-file","available":true,"reason":"/etc/hosts can be written","chosen":true}]},
             "endpoints_ready":2,"endpoints_degraded":0,"endpoints_refused":1,
             "warnings":[{"message":"the ingress is not verified"}]}""";

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

    @Test
    void showsHowNamesAreFound() {
        daemon.data("status", """
                {"registered":true,"dns_server":{"backend":"dns-server","description":"on 192.168.1.5:53, 3 names","choices":[]},
                 "dns":{"backend":"resolv-conf","description":"/etc/resolv.conf","reason":"seen to work","choices":[
                   {"name":"systemd-resolved","available":false,"reason":"resolvectl is not installed","chosen":false},
                   {"name":"resolv-conf","available":true,"reason":"it is a plain file","chosen":true}]},
                 "network":{"addresses":["192.168.1.5","10.0.0.7"],"dns_listening":["192.168.1.5:53"]}}""");
        String text = Run.with(daemon, "status").output();
        assertTrue(text.contains("on 192.168.1.5:53, 3 names"), text);
        assertTrue(text.contains("/etc/resolv.conf (resolv-conf)"), text);
        assertTrue(text.contains("systemd-resolved cannot work here: resolvectl is not installed"), text);
        assertTrue(text.contains("this machine is 192.168.1.5, 10.0.0.7"), text);
    }

    @Test
    void saysWhyTheResolverDoesNotAskUs() {
        daemon.data("status", """
                {"registered":true,"dns":{"backend":"","reason":"none works here","choices":[
                   {"name":"resolv-conf","available":false,"reason":"it is immutable","chosen":false}]}}""");
        String text = Run.with(daemon, "status").output();
        assertTrue(text.contains("none: none works here") && text.contains("resolv-conf cannot work here: it is immutable"), text);
    }

    @Test
    void asksAsTheGoClientDoes() {
        daemon.data("status", GO);
        assertEquals(0, Run.with(daemon, "status").code());
        assertEquals("{\"command\":\"status\"}", daemon.requests().getFirst());
    }

    @Test
    void showsWhatTheGoDaemonTells() {
        daemon.data("status", GO);
        assertEquals("""
                ngrokd     running
                operator   registered as k8sop_1
                ingress    ingress.example:443
                endpoints  3
                """, Run.with(daemon, "status").output());
    }

    @Test
    void showsAllThatThisDaemonTells() {
        daemon.data("status", FULL);
        assertEquals("""
                ngrokd       serving, version 0.4.0, pid 4711, up 3 h 12 min
                operator     registered as k8sop_1
                API          https://api.ngrok.com
                last poll    good, 12 s ago
                next poll    in 18 s
                ingress      ingress.example:443
                certificate  valid until 2027-02-18 12:00 UTC (in 89 d)
                             renewed by itself in 59 d
                endpoints    3: 2 ready, 1 refused
                             'ngrokctl list' says why
                addresses    bridge ngrokd0 (linux-bridge), 10.107.0.0/16
                             linux-dummy cannot work here: the kernel has no dummy type
                             linux-bridge was chosen: the kernel makes bridges
                             linux-lo would work too
                names        /etc/hosts (hosts-file)
                config       /etc/ngrokd/config.yml
                health       http://127.0.0.1:8081/status
                warning      the ingress is not verified
                """, Run.with(daemon, "status").output());
    }

    @Test
    void printsTheDataAsItCame() {
        daemon.data("status", "{\"registered\":true,\"new\":[1.50,12345678901234567890,{}],\"text\":\"\\u00fc\",\"none\":null}");
        Run run = Run.with(daemon, "status", "--json");
        assertEquals("""
                {
                  "schema": 1,
                  "registered": true,
                  "new": [
                    1.50,
                    12345678901234567890,
                    {}
                  ],
                  "text": "ü",
                  "none": null
                }
                """, run.output());
        assertEquals(0, run.code());
    }

    @Test
    void saysHowToRegister() {
        daemon.data("status", "{\"registered\":false,\"endpoint_count\":0,\"ingress_endpoint\":\"i:443\",\"state\":\"waiting for an API key\"}");
        String output = Run.with(daemon, "status").output();
        assertTrue(output.contains("waiting for an API key"), output);
        assertTrue(output.contains("not registered"), output);
        assertTrue(output.contains("ngrokctl set-api-key"), output);
    }

    @Test
    void showsTroubleWithItsReason() {
        daemon.data("status", """
                {"registered":true,"endpoint_count":0,"last_poll":{"at":"2026-11-21T11:00:00Z","ok":false,"error":"HTTP 401: bad key"},
                 "certificate":{"not_after":"2026-11-20T12:00:00Z","last_error":"HTTP 500"}}""");
        String output = Run.with(daemon, "status").output();
        assertTrue(output.contains("failed, 1 h ago"), output);
        assertTrue(output.contains("HTTP 401: bad key"), output);
        assertTrue(output.contains("expired 2026-11-20"), output);
        assertTrue(output.contains("not renewed: HTTP 500"), output);
    }

    @Test
    void namesTheFirstEndpointsInTrouble() {
        daemon.data("status", """
                {"endpoint_count":3,"endpoints_ready":1,"endpoints_degraded":2,
                 "troubled":[{"url":"tcp://db:5432","state":"degraded","reason":"its port is taken"}]}""");
        assertTrue(Run.with(daemon, "status").output().contains("""
                endpoints  3: 1 ready, 2 degraded
                           tcp://db:5432 is degraded: its port is taken
                           and more: see 'ngrokctl list'
                """), Run.with(daemon, "status").output());
    }

    @Test
    void saysWhenNoBackendCanWork() {
        daemon.data("status", """
                {"netif":{"backend":"","description":"","reason":"plugins.netif names 'linux-dumy', which nobody knows","choices":[
                 {"name":"linux-dummy","available":false,"reason":"not root","chosen":false}]}}""");
        assertTrue(Run.with(daemon, "status").output().contains("""
                addresses  nobody: plugins.netif names 'linux-dumy', which nobody knows
                           linux-dummy cannot work here: not root
                """), Run.with(daemon, "status").output());
    }

    @Test
    void fitsTheTerminalAndIsColouredThere() {
        daemon.data("status", FULL);
        Run plain = Run.Setting.at(daemon.path()).on(new Terminal(50, false, true)).run("status");
        plain.lines().forEach(line -> assertTrue(line.length() <= 50, line));
        Run coloured = Run.Setting.at(daemon.path()).on(new Terminal(80, true, true)).run("status");
        assertTrue(coloured.output().contains("\u001b[32m"), coloured.output());
        assertFalse(plain.output().contains("\u001b"), plain.output());
    }

    @Test
    void survivesFieldsOfOtherTypes() {
        daemon.data("status", "{\"registered\":\"yes\",\"endpoint_count\":\"many\",\"netif\":[1],\"warnings\":{},\"last_poll\":7,\"started_at\":\"soon\",\"certificate\":null}");
        assertEquals(0, Run.with(daemon, "status").code());
        daemon.data("status", "[1,2]");
        assertEquals(0, Run.with(daemon, "status").code());
        daemon.data("status", "null");
        assertEquals(0, Run.with(daemon, "status").code());
    }
}
