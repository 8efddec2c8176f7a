package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
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
            "health", "openapi.json", "wait?for=ready", "doctor", "doctor?name=hello.demo"}) {
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
        assertEquals(List.of("endpoint", "synced"), firstTwo("list --watch --json").stream()
                .map(line -> line.replaceFirst(".*\"type\":\"(\\w+)\".*", "$1")).toList());
        assertEquals(2, firstTwo("logs -f -n 2").size());
    }

    /** The first two lines of a command that goes on, which is ended then: it would see that nobody reads with its next line only. */
    private List<String> firstTwo(String command) throws Exception {
        return machine.shell("export NGROKD_SOCKET=" + daemon.socket() + "; out=$(mktemp); " + machine.program("ngrokctl") + " " + command
                + " > $out & pid=$!; tries=0; "
                + "while [ $(wc -l < $out) -lt 2 ] && [ $tries -lt 150 ]; do sleep 0.2; tries=$((tries + 1)); done; kill $pid; head -n "
                        + "2 $out; rm $out").ok().lines();
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

    @Test
    void everyValueSaysWhereItCameFrom() throws Exception {
        String shown = daemon.ngrokctl("config", "show", "--origin").ok().output();
        assertTrue(shown.matches("(?s).*\napi\\.key +\\*\\*\\* +environment NGROK_API_KEY\n.*"), shown);
        assertTrue(shown.matches("(?s).*\nserver\\.socket_path +" + daemon.socket() + " +" + daemon.config() + ":\\d+\n.*"), shown);
        assertTrue(shown.matches("(?s).*\nnet\\.start_port +9080 +default\n.*"), shown);
        assertTrue(shown.matches("(?s).*\nserver\\.log_level +info +default\n.*"), shown);
        machine.run("curl", "-sS", "--fail", "-X", "PUT", "-d", "{\"level\":\"debug\"}", "--unix-socket", daemon.socket().toString(),
                "http://localhost/v1/log-level").ok();
        String changed = daemon.ngrokctl("config", "show", "--origin").ok().output();
        assertTrue(changed.matches("(?s).*\nserver\\.log_level +debug +runtime PUT /v1/log-level\n.*"), changed);
        daemon.ngrokctl("reload").ok();
        assertTrue(daemon.ngrokctl("config", "show", "--origin").ok().output().contains("runtime PUT"), "the config has no other one");
        machine.run("curl", "-sS", "--fail", "-X", "PUT", "-d", "{\"level\":\"info\"}", "--unix-socket", daemon.socket().toString(),
                "http://localhost/v1/log-level").ok();
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
    void bashCompletesCommandsOptionsAndNames() throws Exception {
        String completions = "source <(ngrokctl completion bash); "
                + "try() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _complete_ngrokctl; echo \"${COMPREPLY[@]}\"; }; ";
        Map<String, String> wanted = new LinkedHashMap<>();
        wanted.put("ngrokctl sta", "status");
        wanted.put("ngrokctl plugin dis", "disable");
        wanted.put("ngrokctl list --w", "--watch --wide");
        wanted.put("ngrokctl config show --o", "--origin");
        wanted.put("ngrokctl --timeout 5 --socket /x/y config sh", "show");
        wanted.put("ngrokctl completion ''", "bash zsh fish");
        wanted.put("ngrokctl list he", "hello.demo");
        wanted.put("ngrokctl wait --for re", "ready");
        wanted.put("ngrokctl wait --for = endpoint = he", "hello.demo");
        wanted.put("ngrokctl plugin disable hosts", "hosts-file");
        wanted.put("ngrokctl --token-file /etc/host", "/etc/host");
        wanted.put("ngrokctl plugin disable ''", "[^\\n]*hosts-file");
        String said = shell("bash", completions + String.join("", wanted.keySet().stream().map(line -> "try " + line + "; ").toList())
                + "complete -p ngrokctl");
        List<String> lines = said.lines().toList();
        int line = 0;
        for (Map.Entry<String, String> one : wanted.entrySet()) {
            assertTrue(lines.get(line++).matches(one.getValue() + ".*"), () -> one + "\n" + said);
        }
        assertFalse(lines.get(line - 1).contains("enable"), "one command below another is enough");
        assertTrue(lines.getLast().contains("_complete_ngrokctl"), said);
    }

    @Test
    void fishCompletesCommandsOptionsAndNames() throws Exception {
        assumeTrue(machine.run("sh", "-c", "command -v fish").exitCode() == 0, "there is no fish here (package fish)");
        Map<String, String> wanted = new LinkedHashMap<>();
        wanted.put("ngrokctl sta", "status\tSay whether");
        wanted.put("ngrokctl plugin dis", "disable\tTake a plugin");
        wanted.put("ngrokctl list --w", "--watch\t");
        wanted.put("ngrokctl config show --o", "--origin\t");
        wanted.put("ngrokctl --socket /x/y config sh", "show\t");
        wanted.put("ngrokctl completion z", "zsh");
        wanted.put("ngrokctl list he", "hello.demo");
        wanted.put("ngrokctl wait --for re", "ready");
        wanted.put("ngrokctl wait --for endpoint=he", "endpoint=hello.demo");
        wanted.put("ngrokctl plugin disable hosts", "hosts-file");
        wanted.put("ngrokctl config check /etc/hos", "/etc/hos");
        String script = "ngrokctl completion fish | source; " + String.join("", wanted.keySet().stream()
                .map(line -> "complete -C '" + line + "' | head -n 1; ").toList());
        String said = shell("fish", script);
        List<String> lines = said.lines().toList();
        int line = 0;
        for (Map.Entry<String, String> one : wanted.entrySet()) {
            assertTrue(lines.get(line++).startsWith(one.getValue()), () -> one + "\n" + said);
        }
        String none = shell("fish", "ngrokctl completion fish | source; complete -C 'ngrokctl plugin list --w'; complete -C 'ngrokctl "
                + "plugin disable '");
        assertFalse(none.contains("--watch") || none.contains("enable"), none);
    }

    @Test
    void zshCompletesCommandsOptionsAndNames() throws Exception {
        assumeTrue(machine.run("sh", "-c", "command -v zsh").exitCode() == 0, "there is no zsh here (package zsh)");
        Path typed = Files.writeString(daemon.folder().resolve("typed.zsh"), ZSH);
        Map<String, String> wanted = new LinkedHashMap<>();
        wanted.put("ngrokctl sta", "ngrokctl status");
        wanted.put("ngrokctl plugin dis", "ngrokctl plugin disable");
        wanted.put("ngrokctl list --wa", "ngrokctl list --watch");
        wanted.put("ngrokctl config show --o", "ngrokctl config show --origin");
        wanted.put("ngrokctl --socket /x/y config sh", "ngrokctl --socket /x/y config show");
        wanted.put("ngrokctl completion z", "ngrokctl completion zsh");
        wanted.put("ngrokctl list he", "ngrokctl list hello.demo");
        wanted.put("ngrokctl wait --for endpoint=he", "ngrokctl wait --for endpoint=hello.demo");
        wanted.put("ngrokctl plugin disable hosts", "ngrokctl plugin disable hosts-file");
        List<String> command = Machine.join(List.of("zsh", "-f", typed.toString()), List.copyOf(wanted.keySet()));
        String said = machine.run("", environment(), command.toArray(String[]::new)).ok().output();
        wanted.values().forEach(line -> assertTrue(said.contains("<" + line + ">"), () -> line + " is not in\n" + said));
    }

    /** Types each argument into a zsh of its own with a tab behind it, has it print what became of it, and waits for that. */
    private static final String ZSH = """
            zmodload zsh/zpty
            zpty -b child "TERM=dumb zsh -f -i"
            zpty -w child "PS1= PS2=; unsetopt zle_bracketed_paste; autoload -Uz compinit && compinit -u -D; source <(ngrokctl completion zsh)"
            zpty -w child 'show() { print -r -- "<${BUFFER%% }>"; BUFFER=; zle accept-line }; zle -N show; bindkey "^X" show; print rea''dy'
            zpty -r -m child line '*ready*' || exit 1
            for text in "$@"; do
                zpty -w -n child "$text"$'\\t\\C-x'
                line=''
                zpty -r -m child line '*<ngrokctl*>*' || exit 2
                print -r -- "${line//$'\\r'/}"
            done
            zpty -d child
            """;

    private Map<String, String> environment() {
        return Map.of("NGROKD_SOCKET", daemon.socket().toString(), "PATH", machine.home().resolve("bin") + ":" + System.getenv("PATH"));
    }

    private String shell(String shell, String script) throws Exception {
        return machine.run("", environment(), shell, "-c", script).ok().output();
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
