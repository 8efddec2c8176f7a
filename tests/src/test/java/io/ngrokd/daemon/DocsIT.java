package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** What the guides say is so: their blocks run, and the commands, options, keys and pages that they name exist. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");
    private static final Pattern COMMAND = Pattern.compile("(?m)(?:^\\$ |^    |`|bin/|sudo )(ngrokctl|ngrokd) ([a-z][a-z-]+)\\b(?!:| Java)");
    private static final Pattern OPTION = Pattern.compile("`(--[a-z-]+)|[ `]\\[?(--[a-z-]+)");
    private static final Pattern KEY = Pattern.compile("`((?:api|server|ingress|connections|http|registration|bound_endpoints|net|dns|plugins|proxy)\\.[a-z_.]+|ingressEndpoint)`");

    private Machine machine;
    private Map<String, String> pages;
    private JsonNode ngrokctl;

    @BeforeAll
    void read() throws Exception {
        machine = Machine.open(DocsIT.class).asShipped();
        pages = new TreeMap<>();
        try (Stream<Path> files = Files.list(machine.home().resolve("docs"))) {
            for (Path file : files.filter(name -> name.toString().endsWith(".md")).toList()) {
                pages.put("docs/" + file.getFileName(), Machine.text(file));
            }
        }
        ngrokctl = JSON.readTree(machine.run(machine.program("ngrokctl"), "help", "--json").ok().output());
    }

    @AfterAll
    void close() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @TestFactory
    List<DynamicTest> everyBlockRunsAsItStands() {
        List<DynamicTest> tests = new ArrayList<>();
        pages.forEach((page, text) -> BLOCK.matcher(text).results().map(found -> found.group(1)).forEach(script ->
                tests.add(DynamicTest.dynamicTest(page + ": " + script.lines().findFirst().orElse(""), () ->
                        machine.shell("set -e; cd " + machine.home() + "\n" + script).ok()))));
        assertTrue(tests.size() >= 3, () -> "blocks: " + tests);
        return tests;
    }

    @Test
    void everyCommandExists() throws Exception {
        Set<String> controls = new TreeSet<>();
        ngrokctl.path("commands").forEach(command -> controls.add(command.path("name").asText().replaceFirst(".* ", "")));
        Set<String> programs = Set.of("cleanup", "config", "demo", "local-cloud", "plan", "start-cache");
        Map<String, String> all = new TreeMap<>(pages);
        all.put("README.md", Machine.text(Path.of(System.getProperty("ngrokd.root"), "README.md")));
        int found = 0;
        for (Map.Entry<String, String> page : all.entrySet()) {
            for (MatchResult mention : COMMAND.matcher(page.getValue()).results().toList()) {
                assertTrue((mention.group(1).equals("ngrokctl") ? controls : programs).contains(mention.group(2)),
                        () -> page.getKey() + " names " + mention.group(1) + " " + mention.group(2));
                found++;
            }
        }
        assertTrue(found > 10, "commands are named in many places");
        for (String program : programs) {
            machine.run(machine.program("ngrokd"), program, "--help").ok();
        }
    }

    @Test
    void everyOptionOfNgrokctlExists() {
        Set<String> known = new TreeSet<>(Set.of("--help", "--version"));
        ngrokctl.findValues("options").forEach(options -> options.forEach(option -> known.add(option.path("name").asText())));
        String page = pages.get("docs/ngrokctl.md");
        List<String> named = OPTION.matcher(page).results()
                .map(found -> found.group(1) == null ? found.group(2) : found.group(1)).distinct().toList();
        assertTrue(named.contains("--json") && named.contains("--socket"), named::toString);
        assertEquals(List.of(), named.stream().filter(option -> !known.contains(option)).toList(), () -> "known: " + known);
    }

    @Test
    void everyConfigKeyIsKnownAndInTheReference() throws Exception {
        Set<String> keys = new TreeSet<>();
        pages.values().forEach(text -> KEY.matcher(text).results().forEach(found -> keys.add(found.group(1))));
        assertTrue(keys.size() > 15, keys::toString);
        String reference = Machine.text(machine.home().resolve("config/config.yml"));
        Daemon daemon = machine.daemon("keys");
        StringBuilder config = new StringBuilder("zzz_unknown: 1\n");
        List<String> above = List.of();
        for (String key : keys) {
            String[] name = key.split("\\.");
            assertTrue(Pattern.compile("(?m)^ *(# )?" + name[name.length - 1] + ":").matcher(reference).find(), () -> "config.yml lacks " + key);
            for (int level = 0; level < name.length; level++) {
                List<String> path = List.of(name).subList(0, level + 1);
                if (level == name.length - 1 || !above.subList(0, Math.min(above.size(), level + 1)).equals(path)) {
                    config.append("  ".repeat(level)).append(name[level]).append(":\n");
                }
            }
            above = List.of(name);
        }
        Files.writeString(daemon.config(), config);
        Result refused = daemon.runToItsEnd("--config=" + daemon.config()).exits(1);
        assertEquals(1, refused.errors().split("unknown key", -1).length - 1, () -> "only the one that is wrong: " + refused + config);
    }

    @Test
    void everyLinkLeadsSomewhere() throws Exception {
        for (Map.Entry<String, String> page : pages.entrySet()) {
            for (MatchResult link : LINK.matcher(page.getValue()).results().toList()) {
                assertTrue(Files.exists(machine.home().resolve("docs").resolve(link.group(1))), () -> page.getKey() + " links to " + link.group(1));
            }
        }
        Path root = Path.of(System.getProperty("ngrokd.root"));
        for (MatchResult link : LINK.matcher(Machine.text(root.resolve("README.md"))).results().toList()) {
            assertTrue(Files.exists(root.resolve(link.group(1))), () -> "README.md links to " + link.group(1));
        }
    }

    @Test
    void theZipHoldsWhatIsPromised() throws Exception {
        try (Stream<Path> top = Files.list(machine.home())) {
            Set<String> names = new TreeSet<>(top.map(file -> file.getFileName().toString()).toList());
            assertTrue(names.containsAll(Set.of("bin", "lib", "plugins", "config", "docs")), names::toString);
        }
        assertTrue(Files.isExecutable(machine.home().resolve("bin/ngrokd")) && Files.isExecutable(machine.home().resolve("bin/ngrokctl")));
        assertFalse(Files.exists(machine.home().resolve("target")));
    }
}
