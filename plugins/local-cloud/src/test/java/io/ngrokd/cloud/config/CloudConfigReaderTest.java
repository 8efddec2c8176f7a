package io.ngrokd.cloud.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.cloud.fault.ApiFault;
import io.ngrokd.cloud.fault.IngressFault;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudConfigReaderTest {

    private static final Path FILE = Path.of("/x/cloud.yml");

    @Test
    void anEmptyFileHasAllDefaults() throws Exception {
        CloudConfig config = CloudConfigReader.read(FILE, "");
        assertEquals("127.0.0.1:4040", config.api().listen().toString());
        assertEquals(List.of("local-cloud-key"), config.api().keys());
        assertEquals("127.0.0.1:4443", config.ingress().listen().toString());
        assertEquals("localhost", config.ingress().hostNames().getFirst());
        assertEquals(Path.of("/x/cloud-state"), config.stateDirectory());
        assertEquals(Duration.ofDays(90), config.certificateLifetime());
        assertEquals(List.of(), config.endpoints());
    }

    @Test
    void readsEveryKey() throws Exception {
        CloudConfig config = CloudConfigReader.read(FILE, """
                api: {listen: "[::1]:0", keys: [one, two]}
                ingress: {listen: 0.0.0.0:1, host_names: [cloud.test], upgrade_timeout: 5s, native_tls: true}
                state_dir: /elsewhere
                certificate_lifetime: 30s
                endpoints:
                  - {url: "http://a.demo:8080/", forward_to: "db:5432", id: ep_a, description: d, metadata: m,
                     bindings: [public], pooling: true, offline: true}
                  - {url: "tcp://b.demo:1", backend: tls-echo, direct: "127.0.0.1:4450"}
                faults: {api: [{method: GET, path: /e, status: 503, error_code: ERR_NGROK_19002, msg: no, retry_after: 1, delay: 5ms, clock: 26h, truncate: true, times: 2}],
                         ingress: [{kind: wrong_name, times: 3}, {kind: stall}], forget_operators: true}
                """);
        assertEquals(new HostPort("::1", 0), config.api().listen());
        assertEquals(List.of("one", "two"), config.api().keys());
        assertEquals(List.of("cloud.test"), config.ingress().hostNames());
        assertEquals(Duration.ofSeconds(5), config.ingress().upgradeTimeout());
        assertTrue(config.ingress().nativeTls());
        assertEquals(Optional.of(new HostPort("127.0.0.1", 4450)), config.endpoints().get(1).direct());
        assertEquals(Path.of("/elsewhere"), config.stateDirectory());
        EndpointConfig first = config.endpoints().getFirst();
        assertEquals("http://a.demo:8080", first.url().toString());
        assertEquals(new Destination.Forward(new HostPort("db", 5432)), first.destination());
        assertTrue(first.offline() && first.pooling());
        assertEquals(new Destination.Sample(SampleBackend.TLS_ECHO), config.endpoints().get(1).destination());
        assertEquals(new ApiFault.Refusal(503, "ERR_NGROK_19002", "no"), config.faults().api().getFirst().refusal());
        assertEquals(Duration.ofHours(26), config.faults().api().getFirst().clock());
        assertEquals(List.of(IngressFault.of(IngressFault.Kind.WRONG_NAME).times(3), IngressFault.of(IngressFault.Kind.STALL)),
                config.faults().ingress());
        assertTrue(config.faults().forgetOperators());
    }

    @Test
    void readsTheSampleThatIsShipped() throws Exception {
        try (InputStream sample = CloudConfigReader.class.getResourceAsStream("/io/ngrokd/cloud/cloud.yml")) {
            String text = new String(sample.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(5, CloudConfigReader.read(FILE, text).endpoints().size());
            // What is commented out must work once the marks are taken away.
            int endpoints = text.indexOf("\nendpoints:");
            String all = text.substring(0, endpoints)
                    + text.substring(endpoints).replaceAll("(?m)^# (?=  |faults:)", "");
            assertEquals(7, CloudConfigReader.read(FILE, all).endpoints().size());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "endpoint: []                              | /x/cloud.yml:1:1: unknown key | did you mean \"endpoints\"?",
        "api: {listn: 1}                           | :1:7: unknown key \"listn\"   | did you mean \"listen\"?",
        "endpoints: [{url: 'http://a', forwardTo: b}] | unknown key \"forwardTo\"  | did you mean \"forward_to\"?",
        "endpoints: [{url: 'ftp://a'}]             | can't be used                 | one of http, https, tls, tcp",
        "endpoints: [{url: 'tcp://a'}]             | can't be used                 | a tcp URL must say its port",
        "endpoints: [{url: 'http://a', backend: tcp}] | unknown backend            | did you mean \"tcp-echo\"?",
        "endpoints: [{backend: http}]              | has no url                    | add one",
        "endpoints: {url: a}                       | endpoints is a mapping        | begin each item",
        "endpoints: [{url: 'http://a', id: x}]     | the id \"x\"                  | ep_ and letters",
        "api: {listen: here}                       | api.listen is \"here\"        | host:port",
        "api: {listen: '0.0.0.0:4040'}             | others can reach              | set api.keys",
        "api: {listen: 'box:4040', keys: [local-cloud-key]} | others can reach     | listen on 127.0.0.1",
        "certificate_lifetime: 5                   | :1:23:                        | add the unit",
        "certificate_lifetime: 1s                  | certificate_lifetime is 1s    | 2s to 3650d",
        "faults: {api: [{status: 99}]}             | a fault.status                | from 400 to 599",
        "faults: {api: [{error_code: ERR_NGROK_1}]} | and no status                | a status from 400 to 599",
        "faults: {api: [{status: 400, error_code: E1}]} | not one of ngrok's kind  | ERR_NGROK_ and digits",
        "faults: {ingress: [{kind: stal}]}         | unknown kind of fault         | did you mean \"stall\"?",
        "api: {a: [}                               | not valid YAML                | :1:"})
    void saysWhereWhatAndHow(String text, String problem, String mend) {
        ConfigException error = assertThrows(ConfigException.class, () -> CloudConfigReader.read(FILE, text));
        assertTrue(error.getMessage().contains(problem), error.getMessage());
        assertTrue(error.getMessage().contains(mend), error.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "api: {listen: '0.0.0.0:4040', keys: [mine]}", "api: {listen: '127.9.9.9:4040'}", "api: {listen: '[::1]:4040'}",
        "api: {listen: 'localhost:4040'}"})
    void thePublishedKeyIsForThisMachineOnly(String text) throws Exception {
        assertEquals(4040, CloudConfigReader.read(FILE, text).api().listen().port());
    }

    @Test
    void refusesAKeyThatStandsTwice() {
        assertThrows(ConfigException.class, () -> CloudConfigReader.read(FILE, "state_dir: a\nstate_dir: b\n"));
        assertThrows(ConfigException.class, () -> CloudConfigReader.read(FILE,
                "endpoints: [{url: 'http://a', id: ep_a}, {url: 'http://b', id: ep_a}]"));
    }
}
