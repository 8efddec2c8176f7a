package io.ngrokd.kernel.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.kernel.control.Inspection;
import io.ngrokd.kernel.control.api.Route.Access;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Everything at once for whoever is to find out what is wrong, without anything that is secret. */
public final class BugreportRoutes {

    private static final String LOG_LINES = "10000";

    private final Api reading;
    private final Inspection inspection;

    /**
     * @param reading what may be looked at; the report holds the answers
     */
    public BugreportRoutes(List<Route> reading, Inspection inspection) {
        this.reading = new Api(reading);
        this.inspection = inspection;
    }

    private interface Part {
        JsonNode find() throws IOException;
    }

    /** The routes. */
    public List<Route> routes() {
        return List.of(
                new Route("GET", "/v1/bugreport", Access.TRUSTED, (request, path) -> Reply.json(report(request))),
                new Route("POST", "/v1/bugreport/mask", Access.TRUSTED, (request, path) -> mask(request)),
                new Route("GET", "/v1/threads", Access.TRUSTED, (request, path) -> threads()));
    }

    /** Whoever packs a report has found texts too, of the system's log for instance, and does not know all the secrets. */
    private Reply mask(Request request) {
        return Reply.json(Shape.document().set("text", inspection.masked(Shape.JSON.getNodeFactory().textNode(request.text()))));
    }

    private Reply threads() throws Problem {
        try {
            return Reply.json(inspection.masked(Shape.document().put("at", Instant.now().toString()).put("threads", inspection.threads())));
        } catch (IOException none) {
            throw new Problem(500, "the threads cannot be shown: " + none.getMessage(),
                    "See whether the daemon may write to its folder for temporary files.");
        }
    }

    private JsonNode report(Request request) {
        Map<String, Part> parts = new TreeMap<>();
        for (String name : List.of("status", "health", "endpoints", "events", "plugins", "config", "certificate", "logs")) {
            parts.put(name, () -> answer(name, request));
        }
        parts.put("versions", inspection::versions);
        parts.put("numbers", inspection::numbers);
        parts.put("environment", inspection::environment);
        parts.put("threads", () -> Shape.JSON.getNodeFactory().textNode(inspection.threads()));
        ObjectNode report = Shape.document().put("at", Instant.now().toString());
        ObjectNode documents = report.putObject("documents");
        ObjectNode missing = report.putObject("missing");
        parts.forEach((name, part) -> {
            try {
                documents.set(name, part.find());
            } catch (IOException | RuntimeException | LinkageError notFound) {
                missing.put(name, notFound.getMessage() == null ? notFound.toString() : notFound.getMessage());
            }
        });
        return inspection.masked(report);
    }

    private JsonNode answer(String name, Request request) throws IOException {
        Reply reply = reading.answer(new Request("GET", "/v1/" + name, name.equals("logs") ? Map.of("lines", LOG_LINES) : Map.of(),
                "application/json", "", new byte[0], request.caller()));
        if (!(reply instanceof Reply.Document document)) {
            throw new IOException("it is a stream");
        }
        JsonNode body = Shape.JSON.readTree(document.body());
        if (document.status() != 200) {
            throw new IOException(body.path("detail").asText());
        }
        return body;
    }
}
