package io.ngrokd.kernel.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.ngrokd.kernel.control.Documents;
import java.time.Duration;
import java.util.List;

/** Answers when something is so, or when it took too long. */
final class Wait {

    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int LONGEST = 300;

    private final Documents documents;

    Wait(Documents documents) {
        this.documents = documents;
    }

    Reply answer(Request request) throws Problem {
        String wanted = request.parameter("for").orElse("ready");
        boolean endpoint = wanted.startsWith("endpoint=") && wanted.length() > "endpoint=".length();
        if (!endpoint && !wanted.equals("ready")) {
            throw Problem.badParameter("for", "'ready' or 'endpoint=NAME'");
        }
        String name = endpoint ? wanted.substring("endpoint=".length()) : "";
        int seconds = ReadingRoutes.number(request, "timeout", 30, 0, LONGEST);
        long begin = System.nanoTime();
        while (!(endpoint ? isReady(name) : documents.isReady())) {
            if (System.nanoTime() - begin >= Duration.ofSeconds(seconds).toNanos()) {
                throw new Problem(504, "after " + seconds + " s " + (endpoint ? state(name) : "ngrokd is not ready: " + state()), "");
            }
            pause();
        }
        return Reply.json(Shape.document().put("for", wanted).put("waited_ms", (System.nanoTime() - begin) / 1_000_000));
    }

    private static void pause() throws Problem {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new Problem(503, "ngrokd is stopping", "");
        }
    }

    private boolean isReady(String name) {
        List<JsonNode> named = named(name);
        return !named.isEmpty() && named.stream().allMatch(endpoint -> endpoint.path("state").asText().equals("ready"));
    }

    /** By its key at once, which is cheap with however many endpoints; by another name they are looked through. */
    private List<JsonNode> named(String name) {
        return documents.endpoint(name).map(endpoint -> List.<JsonNode>of(endpoint)).orElseGet(() ->
                documents.list().valueStream().filter(endpoint -> EndpointFilter.isNamed(endpoint, name)).toList());
    }

    private String state() {
        JsonNode status = documents.status();
        String error = status.path("last_poll").path("error").asText("");
        return status.path("state").asText() + (error.isEmpty() ? "" : "; the last poll failed: " + error);
    }

    private String state(String name) {
        List<JsonNode> named = named(name);
        if (named.isEmpty()) {
            return "there is no endpoint " + name + "; ngrokd is " + state();
        }
        JsonNode first = named.stream().filter(endpoint -> !endpoint.path("state").asText().equals("ready")).findFirst().orElse(named.getFirst());
        String reason = first.path("reason").asText("");
        return name + " is " + first.path("state").asText() + (reason.isEmpty() ? "" : ": " + reason);
    }
}
