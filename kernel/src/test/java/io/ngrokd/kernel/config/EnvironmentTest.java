package io.ngrokd.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every key by a variable of the environment, which comes before the file. */
class EnvironmentTest {

    /** A file with every key, the variables that say the same, and what both come to. */
    private static final Map<String, String[]> SAME = Map.ofEntries(
            Map.entry("api.url", same("http://127.0.0.1:4040")), Map.entry("api.key", same("k")), Map.entry("api.ca", same("/srv/ca.pem")),
            Map.entry("ingressEndpoint", same("ingress.example:8443")), Map.entry("server.log_level", same("debug")),
            Map.entry("server.socket_path", same("/run/n.sock")), Map.entry("server.client_cert", same("/srv/n/tls.crt")),
            Map.entry("server.client_key", same("/srv/n/tls.key")), Map.entry("server.ingress_ca", same("/srv/ca")),
            Map.entry("server.insecure_skip_verify", same("true")), Map.entry("server.health_address", same("127.0.0.1:0")),
            Map.entry("server.state_dir", same("/srv/state")), Map.entry("server.drain_timeout", same("0")),
            Map.entry("ingress.connect_timeout", same("1")), Map.entry("ingress.exchange_timeout", same("2")),
            Map.entry("ingress.pool.size", same("3")), Map.entry("ingress.pool.max_age", same("4")), Map.entry("ingress.http_pool", same("false")),
            Map.entry("connections.idle_timeout", same("5")), Map.entry("connections.half_closed_timeout", same("6")),
            Map.entry("connections.max", same("7")), Map.entry("connections.max_per_endpoint", same("8")),
            Map.entry("http.forwarded_headers", same("true")), Map.entry("registration.description", same("The box")),
            Map.entry("registration.metadata", new String[] {"'{\"team\":\"x\"}'", "{\"team\":\"x\"}"}),
            Map.entry("registration.region", same("eu")), Map.entry("bound_endpoints.poll_interval", same("9")),
            Map.entry("bound_endpoints.selectors", new String[] {"[\"x in ['a', 'b']\", 'true']", "x in ['a', 'b'],true"}),
            Map.entry("net.interface_name", same("ng1")), Map.entry("net.subnet", same("10.9.0.0/24")),
            Map.entry("net.listen_interface", same("eth0")), Map.entry("net.start_port", same("10000")),
            Map.entry("net.overrides", new String[] {"{My-A: eth0, b.myapp: 0.0.0.0}", " My-A=eth0, b.myapp = 0.0.0.0 "}),
            Map.entry("net.virtual_clients", new String[] {"[172.17.0.0/16, 10.9.0.0/24]", "172.17.0.0/16,10.9.0.0/24"}),
            Map.entry("dns.enabled", same("false")), Map.entry("dns.listen", new String[] {"[192.0.2.1, '192.0.2.2:5353']", "192.0.2.1,192.0.2.2:5353"}),
            Map.entry("dns.ttl", same("60")), Map.entry("dns.upstreams", new String[] {"[9.9.9.9, '[::1]:5300']", "9.9.9.9, [::1]:5300"}),
            Map.entry("dns.zones", new String[] {"[myapp, lab.example.com]", "[myapp, lab.example.com]"}),
            Map.entry("dns.allow", new String[] {"[203.0.113.0/24]", "203.0.113.0/24"}), Map.entry("dns.rate_limit", same("11")),
            Map.entry("dns.cache_size", same("12")), Map.entry("plugins.netif", same("linux-lo")), Map.entry("plugins.hosts", same("hosts-file")),
            Map.entry("plugins.dns_server", same("my-server")), Map.entry("plugins.dns", same("none")),
            Map.entry("proxy.url", same("http://ali:sesame@proxy.example:3128")),
            Map.entry("proxy.no_proxy", new String[] {"[.internal, 10.0.0.0/8]", ".internal,10.0.0.0/8"}));

    private static String[] same(String value) {
        return new String[] {value, value};
    }

    @Test
    void eachKeyCanBeSetByItsVariableAndMeansTheSame() throws ConfigException {
        assertEquals(Keys.ALL.stream().map(Key::path).collect(Collectors.toSet()), SAME.keySet(), "the test knows every key");
        for (Key<?> key : Keys.ALL) {
            String[] texts = SAME.get(key.path());
            String file = line(key.path(), texts[0]);
            for (String variable : key.ownVariables()) {
                Effective byFile = new ConfigReader(Map.of()).readAll("c", file);
                Effective byVariable = new ConfigReader(Map.of(variable, texts[1])).readAll("c", "");
                assertEquals(List.of(), without(byVariable.changedFrom(byFile), key), variable);
                assertEquals("environment " + variable, origin(byVariable, key.path()));
                assertTrue(origin(byFile, key.path()).startsWith("c:"), origin(byFile, key.path()));
                assertFalse(byVariable.changedFrom(new ConfigReader(Map.of()).readAll("c", "")).isEmpty(), key.path() + " is no default here");
            }
        }
    }

    /** A proxy knows where it was read, so that messages can say it; that is its only difference. */
    private static List<String> without(List<String> changed, Key<?> key) {
        return changed.stream().filter(path -> !(path.equals("proxy.url") && key.path().equals(path))).toList();
    }

    private static String line(String path, String value) {
        StringBuilder text = new StringBuilder();
        String indent = "";
        for (String part : path.split("\\.")) {
            text.append(indent).append(part).append(":");
            indent = "\n" + "  ".repeat(indent.isEmpty() ? 1 : indent.length() / 2 + 1);
        }
        return text.append(" ").append(value).append("\n").toString();
    }

    private static String origin(Effective effective, String key) {
        return effective.settings().stream().filter(setting -> setting.key().equals(key)).findFirst().orElseThrow().origin().toString();
    }

    @Test
    void noTwoKeysShareAVariable() {
        Set<String> seen = new HashSet<>();
        Keys.ALL.forEach(key -> key.ownVariables().forEach(name -> assertTrue(seen.add(name), name)));
        assertEquals(List.of("NGROKD_INGRESSENDPOINT", "NGROKD_INGRESS_ENDPOINT"), Keys.INGRESS_ENDPOINT.ownVariables());
        assertEquals(List.of("NGROKD_BOUND_ENDPOINTS_SELECTORS"), Keys.SELECTORS.ownVariables());
    }

    @Test
    void theEnvironmentComesBeforeTheFileAndTheFileBeforeTheDefault() throws ConfigException {
        String file = "net: {start_port: 1}\nserver:\n  log_level: warn\n";
        Effective effective = new ConfigReader(Map.of("NGROKD_NET_START_PORT", "2", "NGROKD_SERVER_LOG_LEVEL", " ")).readAll("c.yml", file);
        assertEquals(2, effective.config().net().startPort());
        assertEquals("warn", effective.config().server().logLevel(), "a blank variable is none");
        assertEquals("environment NGROKD_NET_START_PORT", origin(effective, "net.start_port"));
        assertEquals("c.yml:3", origin(effective, "server.log_level"));
        assertEquals("default", origin(effective, "net.interface_name"));
        assertEquals("runtime ngrokctl set-api-key", origin(effective.withApiKey("x", "ngrokctl set-api-key"), "api.key"));
    }

    @Test
    void theKeysVariablesHaveAnOrder() throws ConfigException {
        Map<String, String> all = new HashMap<>(Map.of("NGROK_API_KEY", "a", "NGROKD_API_KEY", "b"));
        assertEquals("a", new ConfigReader(all).read("c", "").api().key());
        all.remove("NGROK_API_KEY");
        assertEquals("b", new ConfigReader(all).read("c", "api: {key: c}").api().key());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NGROKD_NET_START_PORT            | many      | NGROKD_NET_START_PORT (net.start_port): expected a whole number from 1 to 65535, found the text 'many'; or unset it
            NGROKD_NET_START_PORT            | 70000     | NGROKD_NET_START_PORT (net.start_port): expected a whole number from 1 to 65535, found the number 70000; or unset it
            NGROKD_SERVER_LOG_LEVEL          | loud      | NGROKD_SERVER_LOG_LEVEL (server.log_level): expected one of debug, info, warn, error, found 'loud'; or unset it
            NGROKD_HTTP_FORWARDED_HEADERS    | yes       | NGROKD_HTTP_FORWARDED_HEADERS (http.forwarded_headers): expected true or false, found the text 'yes'; or unset it
            NGROKD_NET_OVERRIDES             | a         | NGROKD_NET_OVERRIDES (net.overrides): expected HOST=WHERE,HOST=WHERE, found 'a'; or unset it
            NGROKD_DNS_ZONES                 | '*.x,ok'  | NGROKD_DNS_ZONES (dns.zones): expected a domain such as myapp or lab.example.com, found '*.x'; or unset it
            NGROKD_BOUND_ENDPOINTS_SELECTORS | [a, {b]   | NGROKD_BOUND_ENDPOINTS_SELECTORS (bound_endpoints.selectors): expected a list such as a,b or ['true']; this is none: *
            """)
    void errorsNameTheVariableAndTheKey(String variable, String value, String message) {
        ConfigException refused = assertThrows(ConfigException.class, () -> new ConfigReader(Map.of(variable, value)).read("c", ""));
        assertTrue(message.endsWith("*") ? refused.getMessage().startsWith(message.substring(0, message.length() - 1))
                : refused.getMessage().equals(message), refused.getMessage());
    }

    @Test
    void aWrongFileIsWrongEvenWhileAVariableComesBeforeIt() {
        ConfigException refused = assertThrows(ConfigException.class,
                () -> new ConfigReader(Map.of("NGROKD_NET_START_PORT", "0")).read("c", "net: {start_port: -1}"));
        assertEquals(2, refused.getMessage().lines().count(), refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NGROKD_NET_STARTPORT      | NGROKD_NET_STARTPORT sets nothing; did you mean NGROKD_NET_START_PORT?
            NGROKD_SERVER_LOGLEVEL    | NGROKD_SERVER_LOGLEVEL sets nothing; did you mean NGROKD_SERVER_LOG_LEVEL?
            NGROKD_API_KEY_FILE       | NGROKD_API_KEY_FILE sets nothing; did you mean NGROK_API_KEY_FILE?
            NGROKD_NET_SUBNET_FILE    | NGROKD_NET_SUBNET_FILE sets nothing; only NGROK_API_KEY_FILE names a file
            NGROKD_SOMETHING_ELSE_ENTIRELY_AND_LONG | NGROKD_SOMETHING_ELSE_ENTIRELY_AND_LONG sets nothing; a key's variable is NGROKD_ and its path, such as NGROKD_NET_START_PORT
            """)
    void anUnknownVariableIsWarnedOf(String variable, String warning) throws ConfigException {
        assertEquals(List.of(warning), new ConfigReader(Map.of(variable, "x")).readAll("c", "").warnings());
    }

    @ParameterizedTest
    @ValueSource(strings = {"NGROKD_SOCKET", "NGROKD_HOSTS_PATH", "NGROKD_JAVA_HOME", "NGROKD_JAVA_OPTS", "NGROK_API_KEY", "NGROK_API_KEYS", "PATH",
        "NGROKD_SERVICE_HOST", "NGROKD_SERVICE_PORT", "NGROKD_SERVICE_PORT_HEALTH", "NGROKD_PORT", "NGROKD_PORT_8081_TCP",
        "NGROKD_PORT_8081_TCP_ADDR", "NGROKD_NET_SUBNET"})
    void othersAreNot(String variable) throws ConfigException {
        String value = variable.endsWith("SUBNET") ? "10.0.0.0/24" : "x";
        assertEquals(List.of(), new ConfigReader(Map.of(variable, value)).readAll("c", "").warnings());
    }

    /** Whoever brings a variable along says so in {@link Environment}, lest its users be warned of it. */
    @Test
    void everyVariableThatSomethingReadsIsKnown() throws Exception {
        Pattern read = Pattern.compile("(?:\"|\\$\\{)(NGROKD_[A-Z][A-Z_]*[A-Z])\\b");
        Map<String, String> found = new HashMap<>();
        for (String folder : List.of("kernel/src/main", "plugins", "distribution/src", "distribution/ngrokctl/src/main")) {
            try (Stream<Path> files = Files.walk(Path.of("..").resolve(folder))) {
                for (Path file : files.filter(EnvironmentTest::isProgram).toList()) {
                    read.matcher(Files.readString(file)).results().forEach(hit -> found.put(hit.group(1), file.toString()));
                }
            }
        }
        assertTrue(found.containsKey("NGROKD_HOSTS_PATH") && found.containsKey("NGROKD_JAVA_OPTS"), found::toString);
        found.keySet().removeIf(name -> Keys.ALL.stream().anyMatch(key -> key.ownVariables().contains(name)));
        assertEquals(List.of(), new ConfigReader(found).readAll("c", "").warnings());
    }

    private static boolean isProgram(Path file) {
        String path = file.toString().replace('\\', '/');
        // The one that knows them also names what is none.
        return Files.isRegularFile(file) && !path.endsWith("/config/Environment.java") && !path.contains("/target/") && !path.contains("/src/test/")
                && (path.endsWith(".java") || path.contains("/src/bin/") || path.contains("/src/lib/"));
    }

    @Test
    void listsAreSplitOutsideOfQuotesAndBrackets() {
        assertEquals(List.of("a", "b"), VariableList.items(" a, ,b,"));
        assertEquals(List.of("url in ['a', 'b']", "f(x, y)", "'p,q'"), VariableList.items("url in ['a', 'b'], f(x, y),'p,q'"));
        assertEquals(List.of(), VariableList.items("  "));
    }
}
