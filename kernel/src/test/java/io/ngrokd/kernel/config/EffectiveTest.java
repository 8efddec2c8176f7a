package io.ngrokd.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What counts, where it came from, and how two configurations differ. */
class EffectiveTest {

    private static Effective read(String text) throws ConfigException {
        return new ConfigReader(Map.of()).readAll("c.yml", text);
    }

    private static Setting setting(Effective effective, String key) {
        return effective.settings().stream().filter(setting -> setting.key().equals(key)).findFirst().orElseThrow();
    }

    @Test
    void everyKeyIsShownWithItsOrigin() throws ConfigException {
        Effective effective = read("net:\n  overrides: {B.x: eth0, a.x: '0.0.0.0'}\nserver: {client_cert: /srv/n/tls.crt}\n");
        assertEquals(Keys.ALL.stream().map(Key::path).toList(), effective.settings().stream().map(Setting::key).toList());
        assertEquals("{\"a.x\":\"0.0.0.0\",\"b.x\":\"eth0\"}", setting(effective, "net.overrides").text());
        assertEquals("c.yml:2", setting(effective, "net.overrides").originText());
        assertEquals("/srv/n", setting(effective, "server.state_dir").text());
        assertEquals("default", setting(effective, "server.state_dir").originText());
        assertEquals("(not set)", setting(effective, "connections.max").text());
        assertEquals("default: what the process's limit of open files leaves room for", setting(effective, "connections.max").originText());
        assertEquals("[\"true\"]", setting(effective, "bound_endpoints.selectors").text());
        assertEquals("\"\"", setting(effective, "api.key").text());
    }

    @Test
    void secretsAreMasked() throws ConfigException {
        Effective effective = read("api: {key: hidden}\nproxy: {url: 'http://ali:hidden@proxy.example:3128'}\n").withApiKey("hidden", "x");
        assertEquals("***", setting(effective, "api.key").text());
        assertEquals("http://***@proxy.example:3128", setting(effective, "proxy.url").text());
        assertFalse((effective + effective.settings().toString() + effective.json("c.yml")).contains("hidden"));
        assertEquals("none", setting(read("proxy: {url: none}"), "proxy.url").text());
    }

    @Test
    void changesAreNamedAlsoThoseOfSecrets() throws ConfigException {
        Effective before = read("api: {key: one}\nnet: {start_port: 1, interface_name: a}\n");
        assertEquals(List.of(), read("net:\n  interface_name: a\n  start_port: 1\napi:\n  key: one\n").changedFrom(before));
        assertEquals(List.of("api.key", "net.start_port", "net.overrides"),
                read("api: {key: two}\nnet: {interface_name: a, overrides: {x: eth0}}\n").changedFrom(before));
        assertEquals(List.of("api.key"), before.withApiKey("two", "x").changedFrom(before));
    }

    @Test
    void aLogLevelThatACommandSetCountsUntilTheNextReading() throws ConfigException {
        Effective file = read("server: {log_level: warn}");
        Effective atRuntime = file.withLogLevel("debug", "ngrokctl logs");
        assertEquals("debug", setting(atRuntime, "server.log_level").text());
        assertEquals("runtime ngrokctl logs", setting(atRuntime, "server.log_level").originText());
        assertEquals(List.of("server.log_level"), file.changedFrom(atRuntime));
    }

    @Test
    void whatNeedsARestartIsNamed() throws ConfigException {
        Effective atStart = read("");
        assertEquals(List.of(), read("net: {start_port: 1}\nserver: {log_level: debug}").awaitingRestart(atStart));
        assertEquals(List.of("server.socket_path", "server.health_address"),
                read("server: {socket_path: /x/y, health_address: '127.0.0.1:1', log_level: debug}").awaitingRestart(atStart));
        assertEquals(List.of("server.client_cert"), read("server: {client_cert: /srv/n/tls.crt}").awaitingRestart(atStart));
        assertEquals(List.of("server.state_dir"), read("server: {state_dir: /srv/s}").awaitingRestart(atStart));
    }

    @Test
    void programsGetItAsJson() throws ConfigException {
        JsonNode json = new ConfigReader(Map.of("NGROKD_NET_START_PORT", "7", "NGROKD_NETT", "x"))
                .readAll("c.yml", "server:\n  log_level: debug\n").withApiKey("k", "ngrokctl set-api-key").json("/etc/ngrokd/config.yml");
        assertEquals(1, json.path("version").asInt());
        assertEquals("/etc/ngrokd/config.yml", json.path("path").asText());
        assertTrue(json.path("warnings").path(0).asText().startsWith("NGROKD_NETT sets nothing"), json::toString);
        assertEquals("{\"kind\":\"environment\",\"variable\":\"NGROKD_NET_START_PORT\"}", entry(json, "net.start_port").path("origin").toString());
        assertEquals(7, entry(json, "net.start_port").path("value").asInt());
        assertEquals("{\"kind\":\"file\",\"file\":\"c.yml\",\"line\":2}", entry(json, "server.log_level").path("origin").toString());
        assertEquals("{\"kind\":\"runtime\",\"command\":\"ngrokctl set-api-key\"}", entry(json, "api.key").path("origin").toString());
        assertEquals("***", entry(json, "api.key").path("value").asText());
        assertEquals("{\"kind\":\"default\"}", entry(json, "net.subnet").path("origin").toString());
        assertTrue(entry(json, "net.subnet").path("value").isNull() && entry(json, "net.subnet").path("without").asText().contains("10.107.0.0/16"));
    }

    private static JsonNode entry(JsonNode json, String key) {
        for (JsonNode entry : json.path("settings")) {
            if (entry.path("key").asText().equals(key)) {
                return entry;
            }
        }
        throw new AssertionError("no " + key);
    }
}
