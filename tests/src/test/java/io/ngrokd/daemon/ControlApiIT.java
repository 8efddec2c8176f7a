package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The HTTP API of the running daemon, who may use it, and ngrokctl's commands on top. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ControlApiIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String URL = "http://hello.demo";
    private static final String TCP = "http://127.0.0.1:8081";

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;

    @BeforeAll
    void start() throws Exception {
        machine = Machine.open(ControlApiIT.class);
        cloud = Cloud.start(machine, URL);
        daemon = machine.daemon("daemon").of(cloud).start();
        daemon.awaitServed(URL);
    }

    @AfterAll
    void stop() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @Test
    void curlOnTheSocketAndOverTcp() throws Exception {
        for (String path : new String[] {"status", "endpoints", "endpoints/hello.demo:80", "events", "plugins", "config", "certificate", "log-level",
            "health", "openapi.json", "wait?for=ready"}) {
            JsonNode onSocket = JSON.readTree(curl("/v1/" + path).ok().output());
            assertTrue(onSocket.path("schema").asInt() == 1 || path.equals("openapi.json"), () -> path + onSocket);
            assertTrue(JSON.readTree(machine.run("curl", "-sS", "--fail", TCP + "/v1/" + path).ok().output()).isObject(), path);
        }
        assertEquals(daemon.pid(), JSON.readTree(curl("/v1/status").output()).path("pid").asLong());
        assertEquals(URL, JSON.readTree(curl("/v1/endpoints?pattern=hello").output()).path("endpoints").path(0).path("url").asText());
        assertFalse(curl("/v1/config").output().contains(Cloud.KEY), "secrets are masked");
        Result halfClosed = machine.run("GET /v1/log-level HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", Map.of(),
                "nc", "-N", "-U", daemon.socket().toString());
        assertTrue(halfClosed.output().startsWith("HTTP/1.1 200") && halfClosed.output().contains("info"), halfClosed::toString);
    }

    @Test
    void whoIsNobodyMayLookAndNotChange() throws Exception {
        assertEquals("rw-rw-rw-", PosixFilePermissions.toString(Files.getPosixFilePermissions(daemon.socket())));
        assertTrue(asNobody("status").ok().output().contains("serving"));
        assertTrue(asNobody("list").ok().output().contains(URL));
        for (String[] change : new String[][] {{"poll"}, {"reload"}, {"logs"}, {"set-api-key", "other"}, {"refresh-cert", "--force"},
            {"plugin", "disable", "hosts-file"}, {"config", "check", "-"}}) {
            Result refused = asNobody(change).exits(4);
            assertTrue(refused.errors().contains("not permitted") && refused.errors().contains("group ngrokd"), refused::toString);
        }
        daemon.awaitLogged("A request was refused.");
        daemon.awaitServed(URL);
    }

    @Test
    void membersOfTheGroupMayChange() throws Exception {
        Path groups = machine.path("/etc/group");
        String before = Machine.text(groups);
        Files.writeString(groups, before + "ngrokd:x:4711:" + nobodysName() + "\n");
        try {
            assertTrue(asNobody("poll").ok().output().contains("asked"));
            assertTrue(asNobody("logs", "-n", "3").ok().lines().size() >= 3);
        } finally {
            Files.writeString(groups, before);
        }
        asNobody("poll").exits(4);
    }

    private String nobodysName() throws Exception {
        return machine.run("id", "-un", Machine.NOBODY).ok().output().strip();
    }

    @Test
    void overTcpTheTokenIsNeeded() throws Exception {
        Path token = daemon.state("control.token");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(token)));
        daemon.ngrokctl("poll", "--url", TCP).exits(4);
        assertTrue(daemon.ngrokctl("poll", "--url", TCP, "--token-file", token.toString()).ok().output().contains("asked"));
        assertTrue(daemon.ngrokctl("list", "--url", TCP).ok().output().contains(URL));
        assertEquals("401", code("-X", "POST", TCP + "/v1/actions/poll"));
        assertEquals("403", code("-H", "Origin: http://evil.example", TCP + "/v1/status"));
        assertEquals("403", code("-H", "Host: evil.example", TCP + "/v1/status"));
        assertEquals("200", code("-H", "Host: evil.example", TCP + "/healthz"));
    }

    private String code(String... arguments) throws Exception {
        return machine.run(Machine.join(List.of("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}"), List.of(arguments)).toArray(String[]::new))
                .ok().output();
    }

    @Test
    void pollReloadAndWait() throws Exception {
        assertTrue(daemon.ngrokctl("poll").ok().output().contains("asked"));
        assertEquals("ngrokd is ready.\n", daemon.ngrokctl("wait").ok().output());
        assertEquals("hello.demo is ready.\n", daemon.ngrokctl("wait", "--for=endpoint=hello.demo").ok().output());
        assertEquals(1, json("wait", "--for", "ready").path("schema").asInt());
        assertTrue(daemon.ngrokctl("wait", "--for=endpoint=none", "--timeout", "1").exits(5).errors().contains("there is no endpoint none"));
        assertTrue(daemon.ngrokctl("reload").ok().output().startsWith("The config is as it was"));
        assertTrue(json("events").path("events").findValuesAsText("type").containsAll(List.of("endpoint.added", "endpoint.ready", "config.reloaded")));
        assertTrue(daemon.ngrokctl("events").ok().output().contains("endpoint.ready"));
        assertTrue(json("refresh-cert").has("renew_at"));
        assertTrue(json("logs", "-n", "5").path("lines").size() == 5);
    }

    @Test
    void logsAndChangesAreFollowed() throws Exception {
        // Reloads until the one who follows has seen one, however long it takes him to begin.
        String ngrokctl = "NGROKD_SOCKET=" + daemon.socket() + " timeout 120 " + machine.program("ngrokctl");
        Result followed = machine.shell(": > followed; " + ngrokctl + " events -f > followed & for i in $(seq 100); do " + ngrokctl
                + " reload > /dev/null; grep config.reloaded followed && break; sleep 0.2; done; kill $!; true").ok();
        assertTrue(followed.output().contains("config.reloaded"), followed::toString);
        Result list = machine.shell(ngrokctl + " list --watch --json | head -n 2").ok();
        assertEquals(List.of("endpoint", "synced"), list.lines().stream().map(line -> line.replaceFirst(".*\"type\":\"(\\w+)\".*", "$1")).toList());
        Result logs = machine.shell(ngrokctl + " logs -f -n 2 | head -n 2").ok();
        assertEquals(2, logs.lines().size());
    }

    @Test
    void theConfigIsShownCheckedAndEdited() throws Exception {
        assertEquals(daemon.config() + "\n", daemon.ngrokctl("config", "path").ok().output());
        assertTrue(daemon.ngrokctl("config", "show").ok().output().contains("socket_path: \"" + daemon.socket() + "\""));
        assertEquals("The config is good.\n", daemon.ngrokctl("config", "check").ok().output());
        assertTrue(daemon.ngrokctlWith("servre: {}\n", "config", "check", "-").exits(1).errors().contains("servre"));
        assertEquals("daemon", json("config", "path").path("path").asText().replaceFirst(".*/(\\w+)/config.yml", "$1"));

        String before = Machine.text(daemon.config());
        Result edited = edit("sed -i 's/poll_interval: 1/poll_interval: 2/' \"$1\"", "");
        // On a machine that stalls for half a second just then, the daemon has seen the new file by itself.
        boolean seenEarlier = edited.ok().output().startsWith("The config is as it was")
                && daemon.log().contains("changed=bound_endpoints.poll_interval");
        assertTrue(edited.output().startsWith("The config was reloaded") || seenEarlier, edited::toString);
        assertEquals(2, json("config", "show").path("config").path("bound_endpoints").path("poll_interval").asInt());
        Result broken = edit("echo 'zzz: {}' >> \"$1\"", "k\n").exits(1);
        assertTrue(broken.errors().contains("zzz") && broken.errors().contains("stays as it was"), broken::toString);
        assertFalse(Machine.text(daemon.config()).contains("zzz"));
        edit("exit 3", "").exits(1);
        Machine.replace(daemon.config(), before);
        daemon.ngrokctl("reload").ok();
    }

    private Result edit(String editor, String input) throws Exception {
        Path script = Files.writeString(daemon.folder().resolve("editor"), "#!/bin/sh\n" + editor + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return machine.run(input, Map.of("NGROKD_SOCKET", daemon.socket().toString(), "VISUAL", script.toString()),
                machine.program("ngrokctl"), "config", "edit");
    }

    @Test
    void aPluginIsTakenOutAndInAgain() throws Exception {
        assertTrue(daemon.ngrokctl("plugin", "list").ok().output().contains("hosts-file"));
        String id = json("plugin", "list").path("plugins").findValuesAsText("id").stream().filter(name -> name.contains("hosts")).findFirst().orElseThrow();
        assertTrue(daemon.ngrokctl("plugin", "info", id).ok().output().contains("started"));
        assertTrue(daemon.ngrokctl("plugin", "disable", id).ok().output().contains("is disabled"));
        daemon.await("nobody writes names", () -> daemon.status().path("hosts").path("backend").asText().isEmpty());
        daemon.await("the names are gone", () -> !Machine.text(machine.hosts()).contains("hello.demo"));
        assertFalse(json("plugin", "info", id).path("enabled").asBoolean(true));
        assertTrue(Machine.text(daemon.state("disabled_plugins")).contains(id));
        assertTrue(daemon.ngrokctl("plugin", "enable", id).ok().output().contains("is enabled"));
        daemon.awaitServed(URL);
        assertTrue(daemon.ngrokctl("plugin", "reload", id).ok().output().contains("was loaded anew"));
        daemon.awaitServed(URL);
        daemon.await("the name is there", () -> Machine.text(machine.hosts()).contains("hello.demo"));
        daemon.ngrokctl("plugin", "disable", "none").exits(1);
    }

    @Test
    void bashCompletesCommandsAndOptions() throws Exception {
        String completions = "source <(" + machine.program("ngrokctl") + " completion bash); "
                + "try() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _complete_ngrokctl; echo \"${COMPREPLY[@]}\"; }; ";
        assertTrue(bash(completions + "try ngrokctl sta").contains("status"));
        assertTrue(bash(completions + "try ngrokctl plugin dis").contains("disable"));
        assertTrue(bash(completions + "try ngrokctl list --w").contains("--watch"));
        assertTrue(bash(completions + "complete -p ngrokctl").contains("_complete_ngrokctl"));
        assertTrue(daemon.ngrokctl("completion", "zsh").ok().output().contains("bashcompinit"));
        assertTrue(daemon.ngrokctl("completion", "fish").ok().output().contains("complete -c ngrokctl -n '__fish_use_subcommand' -a status"));
    }

    private String bash(String script) throws Exception {
        return machine.run("bash", "-c", script).ok().output();
    }

    private Result curl(String path) throws Exception {
        return machine.run("curl", "-sS", "--fail", "--unix-socket", daemon.socket().toString(), "http://localhost" + path);
    }

    private JsonNode json(String... arguments) throws Exception {
        return JSON.readTree(daemon.ngrokctl(Machine.join(List.of(arguments), List.of("--json")).toArray(String[]::new)).ok().output());
    }

    private Result asNobody(String... arguments) throws Exception {
        List<String> command = Machine.join(machine.asNobody(), List.of(machine.program("ngrokctl")));
        return machine.run("x", Map.of("NGROKD_SOCKET", daemon.socket().toString()), Machine.join(command, List.of(arguments)).toArray(String[]::new));
    }
}
