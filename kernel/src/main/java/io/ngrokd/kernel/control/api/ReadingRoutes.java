package io.ngrokd.kernel.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.kernel.control.Actions.ActionException;
import io.ngrokd.kernel.control.Documents;
import io.ngrokd.kernel.control.Events;
import io.ngrokd.kernel.control.Examiner;
import io.ngrokd.kernel.control.Feed;
import io.ngrokd.kernel.control.LogLine;
import io.ngrokd.kernel.control.PluginControl;
import io.ngrokd.kernel.control.Upkeep;
import io.ngrokd.kernel.control.api.Route.Access;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What may be looked at. */
public final class ReadingRoutes {

    private static final int LONGEST_NAME = 2000;

    private final Documents documents;
    private final Upkeep upkeep;
    private final PluginControl plugins;
    private final Examiner examiner;
    private final Events events;
    private final Feed<LogLine> log;
    private final Streams streams;

    public ReadingRoutes(
            Documents documents, Upkeep upkeep, PluginControl plugins, Examiner examiner, Events events, Feed<LogLine> log, Streams streams) {
        this.documents = documents;
        this.upkeep = upkeep;
        this.plugins = plugins;
        this.examiner = examiner;
        this.events = events;
        this.log = log;
        this.streams = streams;
    }

    /** The routes. */
    public List<Route> routes() {
        return List.of(
                open("/v1/status", (request, path) -> Reply.json(Shape.of(documents.status()))),
                open("/v1/health", (request, path) -> Reply.json(Shape.of(documents.health()))),
                open("/v1/endpoints", (request, path) -> endpoints(request)),
                open("/v1/endpoints/{endpoint}", (request, path) -> endpoint(path.get("endpoint"))),
                open("/v1/events", (request, path) -> events(request)),
                open("/v1/wait", (request, path) -> new Wait(documents).answer(request)),
                open("/v1/doctor", (request, path) -> examine(request)),
                open("/v1/plugins", (request, path) -> Reply.json(Shape.of("plugins", plugins.list()))),
                open("/v1/plugins/{plugin}", (request, path) -> plugin(path.get("plugin"))),
                open("/v1/config", (request, path) -> Reply.json(Shape.of(upkeep.config()))),
                open("/v1/certificate", (request, path) -> certificate()),
                open("/v1/log-level", (request, path) -> Reply.json(Shape.document().put("level", upkeep.logLevel()))),
                open("/v1/openapi.json", (request, path) -> openApi()),
                new Route("GET", "/v1/logs", Access.TRUSTED, (request, path) -> logs(request)));
    }

    private static Route open(String path, Route.Handler handler) {
        return new Route("GET", path, Access.EVERYBODY, handler);
    }

    private Reply endpoints(Request request) throws Problem {
        EndpointFilter filter = EndpointFilter.of(request);
        if (request.wantsStream()) {
            return streams.of(events.feed(), events.feed().last(),
                    sink -> {
                        for (JsonNode endpoint : matching(filter)) {
                            sink.send("endpoint", 0, endpoint.toString());
                        }
                        sink.send("synced", 0, "{}");
                    },
                    (item, sink) -> change(item.value(), filter, sink));
        }
        return Reply.json(Shape.of("endpoints", matching(filter)));
    }

    private void change(ObjectNode event, EndpointFilter filter, Reply.Sink sink) throws IOException {
        String key = event.path("endpoint").asText();
        if (key.isEmpty()) {
            return;
        }
        ObjectNode gone = Shape.JSON.createObjectNode().put("endpoint", key).put("url", event.path("url").asText());
        ObjectNode now = documents.endpoint(key).orElse(null);
        if (now == null) {
            sink.send("removed", 0, gone.toString());
        } else if (filter.test(now)) {
            sink.send("endpoint", 0, now.toString());
        } else if (filter.test(now.deepCopy().put("state", "ready")) || filter.test(now.deepCopy().put("state", "degraded"))) {
            // It was in the state that is asked for, perhaps, and is in another one now.
            sink.send("removed", 0, gone.toString());
        }
    }

    private ArrayNode matching(EndpointFilter filter) {
        ArrayNode matching = Shape.JSON.createArrayNode();
        documents.list().forEach(endpoint -> {
            if (filter.test(endpoint)) {
                matching.add(endpoint);
            }
        });
        return matching;
    }

    private Reply endpoint(String name) throws Problem {
        ObjectNode known = documents.endpoint(name).orElse(null);
        if (known != null) {
            return Reply.json(Shape.of(known));
        }
        List<ObjectNode> named = documents.list().valueStream().filter(endpoint -> EndpointFilter.isNamed(endpoint, name))
                .map(ObjectNode.class::cast).toList();
        if (named.size() > 1) {
            throw new Problem(409, name + " is the name of several endpoints", "Ask for HOST:PORT: "
                    + String.join(", ", named.stream().map(endpoint -> endpoint.path("endpoint").asText()).toList()));
        }
        if (named.isEmpty()) {
            throw new Problem(404, "there is no endpoint " + name, "See /v1/endpoints for what there is.");
        }
        return Reply.json(Shape.of(named.getFirst()));
    }

    private Reply events(Request request) throws Problem {
        if (request.wantsStream()) {
            return streams.of(events.feed(), request.after(0), event -> event.path("type").asText(), ObjectNode::toString);
        }
        ArrayNode recent = Shape.JSON.createArrayNode();
        long after = request.after(0);
        events.feed().recent().stream().filter(item -> item.id() > after).forEach(item ->
                recent.add(Shape.JSON.createObjectNode().put("id", item.id()).setAll(item.value())));
        return Reply.json(Shape.of("events", recent));
    }

    private Reply logs(Request request) throws Problem {
        int lines = number(request, "lines", 200, 1, 10_000);
        List<Feed.Item<LogLine>> recent = log.recent();
        if (request.wantsStream()) {
            long after = request.after(recent.isEmpty() ? 0 : recent.getLast().id() - lines);
            return streams.of(log, Math.max(0, after), line -> "line", line -> describe(line).toString());
        }
        ArrayNode shown = Shape.JSON.createArrayNode();
        recent.subList(Math.max(0, recent.size() - lines), recent.size()).forEach(item -> shown.add(describe(item.value())));
        return Reply.json(Shape.of("lines", shown));
    }

    private static ObjectNode describe(LogLine line) {
        return Shape.JSON.createObjectNode().put("at", line.at().toString()).put("level", line.level())
                .put("source", line.source()).put("message", line.message());
    }

    private Reply examine(Request request) throws Problem {
        Optional<String> name = request.parameter("name").filter(asked -> !asked.isBlank());
        if (name.isPresent() && name.get().length() > LONGEST_NAME) {
            throw Problem.badParameter("name", "a host, HOST:PORT or URL");
        }
        try {
            return Reply.json(Shape.of(examiner.examine(name)));
        } catch (ActionException busy) {
            throw new Problem(503, busy.getMessage(), "");
        }
    }

    private Reply plugin(String id) throws Problem {
        return plugins.list().valueStream().filter(plugin -> plugin.path("id").asText().equals(id)).findFirst()
                .map(plugin -> Reply.json(Shape.of((ObjectNode) plugin)))
                .orElseThrow(() -> new Problem(404, "there is no plugin " + id, "See /v1/plugins for what there is."));
    }

    private Reply certificate() throws Problem {
        ObjectNode certificate = documents.certificate();
        if (certificate.isEmpty()) {
            throw new Problem(404, "there is no client certificate: ngrokd is not registered", "See the 'state' of /v1/status.");
        }
        return Reply.json(Shape.of(certificate));
    }

    private static Reply openApi() {
        try (InputStream document = ReadingRoutes.class.getResourceAsStream("openapi.json")) {
            return new Reply.Document(200, "application/json", document.readAllBytes(), Map.of());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static int number(Request request, String name, int otherwise, int least, int most) throws Problem {
        String text = request.parameter(name).orElse(String.valueOf(otherwise));
        if (text.matches("\\d{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw Problem.badParameter(name, "a number from " + least + " to " + most);
    }
}
