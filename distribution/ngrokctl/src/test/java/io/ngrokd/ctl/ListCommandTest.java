package io.ngrokd.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.ctl.output.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListCommandTest {

    private static final String GO = """
            [{"id":"ep_1","hostname":"api.myapp","ip":"10.107.0.2","port":80,"url":"http://api.myapp","local_listener":true,
              "network_port":0,"listen_interface":"virtual"},
             {"id":"ep_2","hostname":"web.myapp","ip":"10.107.0.3","port":443,"url":"https://web.myapp","local_listener":false,
              "network_port":9081,"listen_interface":"0.0.0.0"}]""";

    private static final String FULL = """
            [{"id":"ep_1","hostname":"api.myapp","ip":"10.107.0.2","port":80,"url":"http://api.myapp","local_listener":true,
              "network_port":0,"listen_interface":"virtual","state":"ready","ids":["ep_1","ep_9"],"protocol":"http",
              "connections":2,"total_connections":1200,"errors":3,"last_error":"ERR_NGROK_3200: the endpoint is offline"},
             {"id":"ep_2","hostname":"localhost","ip":"","port":443,"url":"https://localhost","local_listener":false,
              "network_port":0,"listen_interface":"virtual","state":"refused","reason":"localhost would hijack a name of this machine",
              "connections":0,"total_connections":0,"errors":0}]""";

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
    void showsTheGoDaemonsEndpoints() {
        daemon.data("list", GO);
        assertEquals("""
                ENDPOINT           HERE AT        STATE
                http://api.myapp   10.107.0.2:80  ready
                https://web.myapp  0.0.0.0:9081   not listening

                2 endpoints: 1 not listening, 1 ready
                """, Run.with(daemon, "list").output());
    }

    @Test
    void showsStatesCountsAndReasons() {
        daemon.data("list", FULL);
        assertEquals("""
                ENDPOINT           HERE AT        STATE    OPEN/ALL
                http://api.myapp   10.107.0.2:80  ready    2/1200
                    3 errors, the last: ERR_NGROK_3200: the endpoint is offline
                https://localhost  -              refused  0/0
                    localhost would hijack a name of this machine

                2 endpoints: 1 ready, 1 refused
                """, Run.with(daemon, "list").output());
    }

    @Test
    void fitsTheTerminal() {
        daemon.data("list", FULL.replace("http://api.myapp", "http://a-very-long-name-of-an-endpoint.team.example.com:18080"));
        for (boolean unicode : new boolean[] {true, false}) {
            Run run = Run.Setting.at(daemon.path()).on(new Terminal(60, false, unicode)).run("list");
            run.lines().forEach(line -> assertTrue(line.length() <= 60, line));
            assertTrue(run.output().contains(unicode ? "…" : ".."), run.output());
            assertTrue(run.output().contains(":18080"), run.output());
        }
    }

    @Test
    void printsTheDataAsItCame() {
        daemon.data("list", "[{\"id\":\"ep_1\",\"port\":80}]");
        assertEquals("{\n  \"schema\": 1,\n  \"endpoints\": [\n    {\n      \"id\": \"ep_1\",\n      \"port\": 80\n    }\n  ]\n}\n", Run.with(daemon, "list", "--json").output());
    }

    @Test
    void anEmptyListIsAListToPrograms() {
        daemon.data("list", "[]");
        assertEquals("{\n  \"schema\": 1,\n  \"endpoints\": []\n}\n", Run.with(daemon, "list", "--json").output());
        daemon.data("list", "null");
        assertEquals("{\n  \"schema\": 1,\n  \"endpoints\": []\n}\n", Run.with(daemon, "list", "--json").output());
        daemon.raw("list", "{\"success\":true}\n");
        assertEquals("{\n  \"schema\": 1,\n  \"endpoints\": []\n}\n", Run.with(daemon, "list", "--json").output());
    }

    @Test
    void anEmptyListSaysWhatToDo() {
        daemon.data("list", "[]").data("status", "{\"registered\":false,\"state\":\"waiting for an API key\"}");
        Run run = Run.with(daemon, "list");
        assertEquals(0, run.code());
        assertTrue(run.output().startsWith("No endpoints."), run.output());
        assertTrue(run.output().contains("ngrokctl set-api-key"), run.output());

        daemon.data("status", "{\"registered\":true,\"last_poll\":{\"ok\":false,\"error\":\"HTTP 401\"}}");
        assertTrue(Run.with(daemon, "list").output().contains("The last poll failed: HTTP 401"));

        daemon.data("status", "{\"registered\":true,\"last_poll\":{\"ok\":true}}");
        assertTrue(Run.with(daemon, "list").output().contains("dashboard.ngrok.com/endpoints"));

        daemon.raw("status", "{\"success\":false,\"error\":\"busy\"}\n");
        assertTrue(Run.with(daemon, "list").output().contains("busy"));
    }

    @Test
    void whatComesFromAfarCannotCommandTheTerminal() {
        daemon.data("list", "[{\"url\":\"http://a\\u001b]0;owned\\u0007b\\u202ec\\n\\n  d\",\"state\":\"re\\u009bady\"}]");
        String output = Run.with(daemon, "list").output();
        assertTrue(output.chars().noneMatch(c -> c != '\n' && (Character.isISOControl(c) || c == 0x202e)), output);
        assertTrue(output.contains("http://a\\u001b]0;owned\\u0007b\\u202ec d"), output);
    }

    @Test
    void showsSixtyFiveThousandEndpoints() {
        daemon.data("list", IntStream.range(0, 65_000)
                .mapToObj(i -> """
                        {"id":"ep_2nF%08d","hostname":"service-%d.team.example.com","ip":"10.%d.%d.%d","port":443,\
                        "url":"https://service-%d.team.example.com","local_listener":true,"network_port":0,"listen_interface":"virtual",\
                        "state":"ready","ids":["ep_2nF%08d"],"protocol":"https","connections":0,"total_connections":0,"errors":0}"""
                        .formatted(i, i, 107 + i / 65536, i / 256 % 256, i % 256, i, i))
                .collect(Collectors.joining(",", "[", "]")));
        Run text = Run.with(daemon, "list");
        assertEquals(0, text.code(), text.errors());
        assertEquals(65_003, text.lines().size());
        assertEquals("65000 endpoints: 65000 ready", text.lines().getLast());
        Run json = Run.with(daemon, "list", "--json");
        assertEquals(0, json.code(), json.errors());
        assertFalse(json.output().isEmpty());
    }
}
