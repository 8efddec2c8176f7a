package io.ngrokd.kernel.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ngrokd.kernel.control.ControlLab.HttpAnswer;
import io.ngrokd.kernel.control.api.Route;
import java.io.IOException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The OpenAPI document and the routes say the same, and every answer has the shape that the document says. */
class OpenApiTest {

    /** A body for each route that takes one. */
    private static final Map<String, String> BODIES = Map.of(
            "/v1/log-level", "{\"level\":\"debug\"}", "/v1/actions/api-key", "{\"key\":\"good\"}",
            "/v1/actions/refresh-certificate", "{\"force\":true}", "/v1/config/check", "api: {}");

    @TempDir
    private Path folder;

    private ControlLab lab;
    private JsonNode document;

    @BeforeEach
    void start() throws IOException {
        lab = new ControlLab(folder).serving();
        document = lab.get("/v1/openapi.json").json();
    }

    @AfterEach
    void stop() throws IOException {
        lab.close();
    }

    @Test
    void everyRouteIsInTheDocumentAndTheOtherWayRound() {
        TreeSet<String> routes = new TreeSet<>();
        lab.api.routes().forEach(route -> routes.add(route.method() + " " + route.path()));
        TreeSet<String> documented = new TreeSet<>();
        document.path("paths").properties().forEach(path ->
                path.getValue().fieldNames().forEachRemaining(method -> documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        assertEquals(routes, documented);
    }

    @Test
    void theDocumentSaysWhoMayUseWhat() {
        for (Route route : lab.api.routes()) {
            assertEquals(route.access() == Route.Access.TRUSTED, operation(route).has("security"), route.path());
            assertTrue(route.access() == Route.Access.TRUSTED || route.method().equals("GET"), "whoever changes something must be trusted");
        }
    }

    @Test
    void everyAnswerHasItsShape() throws IOException {
        for (Route route : lab.api.routes()) {
            String target = route.path().replace("{endpoint}", "api.example:80").replace("{plugin}", "one");
            HttpAnswer answer = lab.ask(route.method(), target, BODIES.getOrDefault(route.method().equals("GET") ? "" : route.path(), ""));
            assertEquals(200, answer.status(), route.path() + answer);
            conforms(answer.json(), content(operation(route), "200", "application/json"), route.path());
            HttpAnswer other = lab.ask(route.method().equals("GET") ? "DELETE" : "PATCH", target, "");
            assertEquals(405, other.status(), other::toString);
            assertTrue(other.head().contains("application/problem+json"), other::head);
            conforms(other.json(), content(operation(route), "default", "application/problem+json"), route.path());
        }
    }

    @Test
    void parametersAreThoseThatAreTaken() throws IOException {
        for (String bad : new String[] {"endpoints?state=odd", "wait?for=odd", "wait?timeout=-1", "wait?timeout=301", "logs?lines=0"}) {
            HttpAnswer answer = lab.get("/v1/" + bad);
            assertEquals(400, answer.status(), answer::toString);
            assertTrue(document.path("paths").path("/v1/" + bad.replaceFirst("\\?.*", "")).path("get").path("parameters").findValuesAsText("name")
                    .contains(bad.replaceFirst(".*\\?", "").replaceFirst("=.*", "")), bad);
        }
    }

    private JsonNode operation(Route route) {
        return document.path("paths").path(route.path()).path(route.method().toLowerCase(Locale.ROOT));
    }

    private static JsonNode content(JsonNode operation, String status, String type) {
        return operation.path("responses").path(status).path("content").path(type).path("schema");
    }

    /** As much of JSON Schema as the document uses. */
    private void conforms(JsonNode value, JsonNode said, String where) {
        JsonNode schema = said.has("$ref") ? document.at(said.path("$ref").asText().substring(1)) : said;
        switch (schema.path("type").asText()) {
            case "object" -> object(value, schema, where);
            case "array" -> {
                assertTrue(value.isArray(), where);
                value.forEach(element -> conforms(element, schema.path("items"), where + "[]"));
            }
            case "string" -> {
                assertTrue(value.isTextual(), where + ": " + value);
                if (schema.path("format").asText().equals("date-time")) {
                    OffsetDateTime.parse(value.asText());
                }
                List<String> known = new ArrayList<>();
                schema.path("enum").forEach(one -> known.add(one.asText()));
                assertTrue(known.isEmpty() || known.contains(value.asText()), where + ": " + value + " of " + known);
            }
            case "integer" -> assertTrue(value.isIntegralNumber() && (!schema.has("const") || schema.get("const").equals(value)), where + ": " + value);
            case "boolean" -> assertTrue(value.isBoolean(), where + ": " + value);
            default -> throw new AssertionError(where + " has no type that is known: " + schema);
        }
    }

    private void object(JsonNode value, JsonNode schema, String where) {
        assertTrue(value.isObject(), where + ": " + value);
        schema.path("required").forEach(name -> assertTrue(value.has(name.asText()), where + " lacks " + name + ": " + value));
        JsonNode others = schema.path("additionalProperties");
        value.properties().forEach(member -> {
            JsonNode known = schema.path("properties").path(member.getKey());
            if (!known.isMissingNode()) {
                conforms(member.getValue(), known, where + "." + member.getKey());
            } else if (others.isObject()) {
                conforms(member.getValue(), others, where + "." + member.getKey());
            } else {
                assertTrue(others.asBoolean(true), where + " has " + member.getKey() + ", of which the document does not know");
            }
        });
    }
}
