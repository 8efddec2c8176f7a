package io.ngrokd.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The files in {@code config/}, and the guide's table of keys, say what the reader reads. */
class SamplesTest {

    private static final Path FOLDER = Path.of("..", "config");
    private static final Path REFERENCE = FOLDER.resolve("config.yml");
    private static final JsonSchema SCHEMA =
            JsonSchemaFactory.getInstance(VersionFlag.V7).getSchema(ConfigSchema.document());

    static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yml")).sorted().toList();
        }
    }

    private static Set<String> complaints(String text) throws IOException {
        JsonNode document = new YAMLMapper().readTree(text);
        return SCHEMA.validate(document).stream().map(Object::toString).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void thereIsOneForEachPlatformAndMode() throws IOException {
        Set<String> names = samples().stream().map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        for (String name : List.of("config", "linux-virtual", "linux-mixed", "docker-virtual", "docker-network", "macos-virtual", "macos-network",
                "windows-virtual", "windows-network")) {
            assertTrue(names.contains(name + ".yml"), name);
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void eachIsReadAndFitsTheSchema(Path sample) throws Exception {
        String text = Files.readString(sample);
        Effective effective = new ConfigReader(Map.of()).readAll(sample.toString(), text);
        assertEquals(Set.of(), complaints(text));
        assertEquals("# yaml-language-server: $schema=ngrokd.schema.json", text.lines().findFirst().orElse(""));
        assertEquals("", effective.config().api().key(), "no secrets");
        String listens = effective.config().net().listenInterface();
        assertEquals(sample.toString().contains("-network"), !listens.equals("virtual"), listens);
    }

    @Test
    void theSchemaInTheFolderIsTheOneThatTheKeysMake() throws IOException {
        JsonNode shipped = new ObjectMapper().readTree(FOLDER.resolve("ngrokd.schema.json").toFile());
        assertEquals(ConfigSchema.document().toPrettyString(), shipped.toPrettyString(),
                "make it anew: bin/ngrokd config schema > config/ngrokd.schema.json");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "nett: {}", "net: {startPort: 1}", "net: {start_port: 70000}", "net: {start_port: many}", "net: [1]", "server: {log_level: loud}",
        "bound_endpoints: {selectors: x}", "ingress: {pool: {size: -1}}", "http: {forwarded_headers: maybe}", "net: {overrides: {a: [1]}}"})
    void theSchemaRefusesWhatTheReaderRefuses(String text) throws IOException {
        assertFalse(complaints(text).isEmpty(), text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"api:", "net: {overrides: {}}", "server: {log_level: }", "net: {start_port: }", "bound_endpoints: {selectors: [true]}"})
    void theSchemaTakesWhatIsLeftEmpty(String text) throws Exception {
        assertEquals(Set.of(), complaints(text));
        new ConfigReader(Map.of()).read("c", text);
    }

    @Test
    void theReferenceHasEveryKeyWithItsDefault() throws Exception {
        String text = Files.readString(REFERENCE);
        Effective reference = new ConfigReader(Map.of()).readAll("config.yml", text);
        assertEquals(List.of(), reference.changedFrom(new ConfigReader(Map.of()).readAll("config.yml", "")), "the defaults stand there");
        Set<String> written = new TreeSet<>();
        collect("", YamlParser.parse("config.yml", text), written);
        // Keys without a fixed default are comments, one blank behind the mark.
        String names = Keys.ALL.stream().map(Key::name).collect(Collectors.joining("|"));
        String open = Pattern.compile("(?m)^( *)# ((" + names + "):( .*)?)$").matcher(text).replaceAll("$1$2");
        Set<String> all = new TreeSet<>();
        collect("", YamlParser.parse("config.yml", open), all);
        for (Key<?> key : Keys.ALL) {
            assertTrue(all.contains(key.path()), key.path());
            assertEquals(key.without().isEmpty(), written.contains(key.path()), key.path() + " has a fixed default or is a comment");
        }
    }

    private static void collect(String path, YamlNode node, Set<String> paths) {
        if (node instanceof YamlNode.Mapping mapping && !path.equals("net.overrides")) {
            mapping.entries().forEach((name, entry) -> collect(path.isEmpty() ? name : path + "." + name, entry.value(), paths));
        } else {
            paths.add(path);
        }
    }

    /** The lines of text above a key say its range, and its unit where it is a time. */
    @Test
    void theReferenceSaysTheRanges() throws IOException {
        String text = Files.readString(REFERENCE);
        for (Key<?> key : Keys.ALL) {
            JsonNode schema = key.type().schema();
            if (!schema.path("type").asText().equals("integer")) {
                continue;
            }
            String above = above(text, key);
            String range = schema.path("minimum").asInt() + " to " + schema.path("maximum").asInt();
            // "Likewise" leads to the key before it.
            assertTrue(above.contains(range) || above.contains("Likewise"), key.path() + " has the range " + range + ": " + above);
            if (key.description().startsWith("Seconds")) {
                assertTrue(above.contains("Seconds") || above.contains("Likewise"), key.path() + " is a time: " + above);
            }
        }
    }

    private static String above(String text, Key<?> key) {
        String[] groups = key.group().split("\\.");
        int from = text.indexOf("\n" + groups[0] + ":");
        int at = Pattern.compile("(?m)^ +(# )?" + key.name() + ":").matcher(text).results()
                .mapToInt(found -> found.start()).filter(start -> start > from).findFirst().orElseThrow(() -> new AssertionError(key.path()));
        return text.substring(text.lastIndexOf("\n\n", at), at);
    }

    @Test
    void theGuideNamesEveryKey() throws IOException {
        String guide = Files.readString(Path.of("..", "distribution", "src", "docs", "configuration.md"));
        for (Key<?> key : Keys.ALL) {
            assertTrue(guide.contains("`" + key.path() + "`"), key.path());
        }
    }

    /** The complete example of the Go daemon's product page. */
    @Test
    void aFileOfTheGoDaemonWorksUnchanged() throws Exception {
        String text = """
                api:
                  url: https://api.ngrok.com
                  key: "" # Set via: ngrokctl set-api-key

                ingressEndpoint: "kubernetes-binding-ingress.ngrok.io:443"

                server:
                  log_level: info
                  socket_path: /var/run/ngrokd.sock
                  client_cert: /etc/ngrokd/tls.crt
                  client_key: /etc/ngrokd/tls.key

                bound_endpoints:
                  poll_interval: 30 # Seconds between API polls

                net:
                  interface_name: ngrokd0
                  subnet: 10.107.0.0/16
                  listen_interface: "virtual"
                  start_port: 9080
                  overrides: {} # Per-endpoint overrides
                """;
        Effective effective = new ConfigReader(Map.of()).readAll("config.yml", text);
        assertEquals(List.of("ingressEndpoint", "net.subnet"), effective.changedFrom(new ConfigReader(Map.of()).readAll("c", "")));
        assertEquals(Set.of(), complaints(text));
    }

    /** The example for Windows of the same page. */
    @Test
    void soDoesTheOneForWindows() throws Exception {
        String text = """
                api:
                  url: https://api.ngrok.com
                  key: ""
                ingressEndpoint: kubernetes-binding-ingress.ngrok.io:443
                server:
                  log_level: info
                bound_endpoints:
                  poll_interval: 30
                  selectors: ['true']
                net:
                  subnet: 127.0.0.0/8
                  listen_interface: virtual
                  start_port: 9080
                """;
        assertEquals("127.0.0.0/8", new ConfigReader(Map.of()).read("config.yml", text).net().subnet().orElseThrow().toString());
        assertEquals(Set.of(), complaints(text));
    }
}
