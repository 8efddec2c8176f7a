package io.ngrokd.cloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.cloud.config.CloudConfig;
import io.ngrokd.cloud.config.EndpointConfig;
import io.ngrokd.cloud.fault.ApiFault;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The REST API over real HTTP. */
@Timeout(300)
class ApiTest {

    private static final String OPERATORS = "/kubernetes_operators";

    @TempDir
    Path folder;

    private LocalCloud cloud;
    private TestClient client;

    @BeforeEach
    void start() throws IOException {
        cloud = LocalCloud.start(CloudConfig.onFreePorts(folder));
        client = new TestClient(cloud);
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    @Test
    void registersAnOperator() throws Exception {
        KeyPair key = TestClient.key("secp384r1");
        ObjectNode body = TestClient.registration(TestClient.csr(key, "O=acme", "SHA384withECDSA"));
        body.putObject("deployment").put("name", "ngrokd").put("cluster_name", "laptop");
        HttpResponse<String> answer = client.call("POST", OPERATORS, body);
        assertEquals(201, answer.statusCode(), answer.body());
        JsonNode operator = TestClient.MAPPER.readTree(answer.body());
        assertTrue(operator.path("id").asText().startsWith("k8sop_"));
        assertEquals(cloud.apiUrl() + OPERATORS + "/" + operator.path("id").asText(), operator.path("uri").asText());
        assertEquals("ngrokd", operator.path("deployment").path("name").asText());
        JsonNode binding = operator.path("binding");
        assertEquals(cloud.ingressEndpoint(), binding.path("ingress_endpoint").asText());
        assertEquals("true", binding.path("endpoint_selectors").get(0).asText());
        X509Certificate certificate = TestClient.certificate(binding.path("cert").path("cert").asText());
        assertEquals(key.getPublic(), certificate.getPublicKey());
        assertEquals(List.of("1.3.6.1.5.5.7.3.2"), certificate.getExtendedKeyUsage());
        assertTrue(certificate.getSubjectX500Principal().getName().contains("O=acme"));
        assertEquals(java.time.Instant.parse(binding.path("cert").path("not_after").asText()),
                certificate.getNotAfter().toInstant());
        assertEquals(operator, client.get(OPERATORS + "/" + operator.path("id").asText()));
    }

    @Test
    void refusesEveryRequestForACertificateThatBreaksARule() throws Exception {
        KeyPair key = TestClient.key("secp384r1");
        KeyPair other = TestClient.key("secp384r1");
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        String good = TestClient.csr(key, "O=acme", "SHA384withECDSA");
        assertRefused("common name", TestClient.csr(key, "O=acme,CN=me", "SHA384withECDSA"));
        assertRefused("must have an organization", TestClient.csr(key, "OU=unit", "SHA384withECDSA"));
        assertRefused("P-384", TestClient.csr(TestClient.key("secp256r1"), "O=acme", "SHA384withECDSA"));
        assertRefused("P-384", TestClient.csr(rsa.generateKeyPair(), "O=acme", "SHA384withRSA"));
        assertRefused("SHA-384", TestClient.csr(key, "O=acme", "SHA256withECDSA"));
        assertRefused("does not fit", TestClient.csr(new KeyPair(key.getPublic(), other.getPrivate()), "O=acme",
                "SHA384withECDSA"));
        assertRefused("PEM", "no pem at all");
        assertRefused("PEM", TestClient.pem(key.getPrivate()));
        assertRefused("exactly one", good + good);
        assertRefused("PKCS#10", good.replaceAll("(?m)^M.*$", "AAAA"));
        assertEquals(List.of(), cloud.operatorIds());
    }

    private void assertRefused(String reason, String csr) throws Exception {
        HttpResponse<String> answer = client.call("POST", OPERATORS, TestClient.registration(csr));
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(error(answer).path("msg").asText().contains(reason), answer.body());
    }

    @Test
    void refusesFieldsThatBreakTheirLimits() throws Exception {
        String csr = TestClient.csr(TestClient.key("secp384r1"), "O=acme", "SHA384withECDSA");
        assertInvalid(TestClient.registration(csr).put("description", "é".repeat(128)));
        assertInvalid(TestClient.registration(csr).put("metadata", "x".repeat(4097)));
        assertInvalid(TestClient.registration(csr).put("description", 5));
        ObjectNode noFeature = TestClient.registration(csr);
        noFeature.putArray("enabled_features").add("ingress");
        assertInvalid(noFeature);
        ObjectNode noSelector = TestClient.registration(csr);
        noSelector.withObject("/binding").putArray("endpoint_selectors");
        assertInvalid(noSelector);
        ObjectNode strange = TestClient.registration(csr);
        strange.withObject("/binding").putArray("endpoint_selectors").add("size(endpoint) > 3");
        HttpResponse<String> answer = client.call("POST", OPERATORS, strange);
        assertEquals(400, answer.statusCode());
        assertTrue(error(answer).path("msg").asText().contains("The local cloud understands"), answer.body());
        ObjectNode noBinding = TestClient.registration(csr);
        noBinding.remove("binding");
        assertInvalid(noBinding);
        assertInvalid(TestClient.MAPPER.createArrayNode());
        assertEquals(201, client.call("POST", OPERATORS,
                TestClient.registration(csr).put("description", "x".repeat(255))).statusCode());
    }

    private void assertInvalid(JsonNode body) throws Exception {
        HttpResponse<String> answer = client.call("POST", OPERATORS, body);
        assertEquals(400, answer.statusCode(), answer.body());
        error(answer);
    }

    @Test
    void renewsChangesAndDeletesAnOperator() throws Exception {
        TestClient.Identity me = client.register();
        KeyPair fresh = TestClient.key("secp384r1");
        ObjectNode renewal = TestClient.MAPPER.createObjectNode();
        renewal.putObject("binding").put("csr", TestClient.csr(fresh, "O=test", "SHA384withECDSA"));
        HttpResponse<String> renewed = client.call("PATCH", OPERATORS + "/" + me.operatorId(), renewal);
        assertEquals(200, renewed.statusCode(), renewed.body());
        assertEquals(fresh.getPublic(), TestClient.certificate(TestClient.MAPPER.readTree(renewed.body())
                .path("binding").path("cert").path("cert").asText()).getPublicKey());
        renewal.putObject("binding").put("csr", "broken");
        assertEquals(400, client.call("PATCH", OPERATORS + "/" + me.operatorId(), renewal).statusCode());
        assertEquals(1, client.get(OPERATORS).path("operators").size());
        assertEquals(204, client.call("DELETE", OPERATORS + "/" + me.operatorId(), null).statusCode());
        for (HttpResponse<String> gone : List.of(client.call("GET", OPERATORS + "/" + me.operatorId(), null),
                client.call("DELETE", OPERATORS + "/" + me.operatorId(), null),
                client.call("PATCH", OPERATORS + "/" + me.operatorId(), renewal),
                client.call("GET", OPERATORS + "/" + me.operatorId() + "/bound_endpoints", null))) {
            assertEquals(404, gone.statusCode());
            error(gone);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"true; 3", "false; 0", "endpoint.proto == 'tcp'; 1",
        "endpoint.url.contains(\"a.demo\") && !(endpoint.scheme == \"tcp\"); 1",
        "endpoint.host.endsWith('.demo') || false; 3", "'kubernetes' in endpoint.bindings; 3",
        "endpoint.metadata != ''; 1", "80 == endpoint.port; 2"})
    void selectorsDecideWhichEndpointsAreBound(String selector, int expected) throws Exception {
        cloud.endpoints(List.of(EndpointConfig.of("http://a.demo"), EndpointConfig.of("tcp://a.demo:7"),
                EndpointConfig.of("http://b.demo").withMetadata("team"),
                EndpointConfig.of("http://c.demo").withBindings(List.of("public"))));
        TestClient.Identity me = client.register();
        ObjectNode change = TestClient.MAPPER.createObjectNode();
        change.putObject("binding").putArray("endpoint_selectors").add(selector);
        assertEquals(200, client.call("PATCH", OPERATORS + "/" + me.operatorId(), change).statusCode());
        assertEquals(expected, client.urls(OPERATORS + "/" + me.operatorId() + "/bound_endpoints").size());
        assertEquals(4, client.urls("/endpoints").size());
    }

    @Test
    void pagesThroughLongListings() throws Exception {
        cloud.endpoints(IntStream.range(0, 250).mapToObj(number -> EndpointConfig.of("http://e" + number + ".demo"))
                .toList());
        TestClient.Identity me = client.register();
        for (String listing : List.of("/endpoints", OPERATORS + "/" + me.operatorId() + "/bound_endpoints")) {
            List<String> urls = new ArrayList<>();
            List<Integer> sizes = new ArrayList<>();
            String next = listing;
            while (next != null) {
                JsonNode page = client.get(next);
                sizes.add(page.path("endpoints").size());
                page.path("endpoints").forEach(endpoint -> urls.add(endpoint.path("url").asText()));
                next = page.path("next_page_uri").isNull() ? null : page.path("next_page_uri").asText();
                assertTrue(next == null || next.startsWith(cloud.apiUrl() + listing + "?"), next);
            }
            assertEquals(List.of(100, 100, 50), sizes);
            assertEquals(250, new HashSet<>(urls).size());
        }
        assertEquals(7, client.get("/endpoints?limit=7").path("endpoints").size());
        for (String limit : List.of("0", "101", "x", "-1")) {
            assertEquals(400, client.call("GET", "/endpoints?limit=" + limit, null).statusCode());
        }
    }

    @Test
    void anEndpointHasNgroksShapeAndAStableId() throws Exception {
        List<EndpointConfig> configs = List.of(EndpointConfig.of("https://A.demo"), EndpointConfig.of("tcp://b.demo:7000"));
        cloud.endpoints(configs);
        JsonNode before = client.get("/endpoints").path("endpoints");
        cloud.endpoints(configs.reversed());
        assertEquals(before, client.get("/endpoints").path("endpoints"));
        JsonNode https = before.get(0).path("proto").asText().equals("https") ? before.get(0) : before.get(1);
        assertEquals("https://a.demo", https.path("url").asText());
        assertEquals(https.path("url"), https.path("public_url"));
        assertEquals("a.demo:443", https.path("hostport").asText());
        assertEquals("kubernetes", https.path("bindings").get(0).asText());
        assertFalse(https.path("pooling_enabled").asBoolean());
    }

    @Test
    void wantsAKeyAndAVersion() throws Exception {
        var noKey = client.send(java.net.http.HttpRequest.newBuilder(java.net.URI.create(cloud.apiUrl() + "/endpoints"))
                .build());
        assertEquals(401, noKey.statusCode());
        assertEquals("ERR_NGROK_202", error(noKey).path("error_code").asText());
        assertEquals(401, client.send(client.request("GET", "/endpoints", null)
                .setHeader("Authorization", "Bearer wrong").build()).statusCode());
        assertEquals(400, client.send(client.request("GET", "/endpoints", null)
                .setHeader("Ngrok-Version", "1").build()).statusCode());
        assertEquals(404, client.call("GET", "/nothing/here", null).statusCode());
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void answersWithTheStatusThatAFaultAsksFor(int status) throws Exception {
        cloud.faults().add(ApiFault.status("/endpoints", status).retryAfter(3).times(1));
        HttpResponse<String> answer = client.call("GET", "/endpoints", null);
        assertEquals(status, answer.statusCode());
        assertEquals("3", answer.headers().firstValue("Retry-After").orElse(""));
        error(answer);
        assertEquals(200, client.call("GET", "/endpoints", null).statusCode());
    }

    @Test
    void refusesInTheWordsThatAFaultHas() throws Exception {
        cloud.faults().add(ApiFault.refusal("/kubernetes_operators", new ApiFault.Refusal(400, "ERR_NGROK_19002", "Not enabled.")));
        JsonNode error = error(client.call("GET", OPERATORS, null));
        assertEquals("ERR_NGROK_19002", error.path("error_code").asText());
        assertEquals("Not enabled.", error.path("msg").asText());
    }

    @Test
    void truncatesDelaysAndForgetsOnRequest() throws Exception {
        cloud.endpoints(List.of(EndpointConfig.of("http://a.demo")));
        cloud.faults().add(ApiFault.truncated("/endpoints").times(1));
        assertThrows(IOException.class, () -> client.call("GET", "/endpoints", null));
        cloud.faults().add(ApiFault.delay("/endpoints", Duration.ofMillis(200)));
        long before = System.nanoTime();
        assertEquals(200, client.call("GET", "/endpoints", null).statusCode());
        assertTrue(System.nanoTime() - before >= 190_000_000L);
        TestClient.Identity me = client.register();
        cloud.forgetOperators();
        assertEquals(404, client.call("GET", OPERATORS + "/" + me.operatorId(), null).statusCode());
    }

    private static JsonNode error(HttpResponse<String> answer) throws IOException {
        JsonNode error = TestClient.MAPPER.readTree(answer.body());
        assertEquals(answer.statusCode(), error.path("status_code").asInt());
        assertTrue(error.path("error_code").asText().startsWith("ERR_NGROK_"), answer.body());
        assertFalse(error.path("msg").asText().isBlank());
        assertTrue(error.path("details").path("operation_id").asText().startsWith("op_"));
        return error;
    }
}
