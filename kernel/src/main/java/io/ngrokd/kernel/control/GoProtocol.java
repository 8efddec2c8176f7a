package io.ngrokd.kernel.control;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Go daemon's protocol: one JSON object, one answer. */
final class GoProtocol {

    private static final Logger LOG = LoggerFactory.getLogger(GoProtocol.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> CHANGES = Set.of("set-api-key", "refresh-cert");

    private final Documents documents;
    private final Actions actions;

    GoProtocol(Documents documents, Actions actions) {
        this.documents = documents;
        this.actions = actions;
    }

    /** Reads a command and carries it out; what is wrong with it is in the answer. */
    ObjectNode answer(InputStream input, Caller caller) throws IOException {
        try (JsonParser parser = JSON.createParser(new CommandLimit(input)).disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)) {
            JsonNode command = parser.readValueAsTree();
            return run(command == null ? MissingNode.getInstance() : command, caller);
        } catch (CommandLimit.Exceeded tooLong) {
            return failure("the command is longer than 64 KiB");
        } catch (JacksonException noJson) {
            return failure("the command is no JSON: " + noJson.getOriginalMessage());
        }
    }

    private ObjectNode run(JsonNode command, Caller caller) {
        String name = command.path("command").asText("");
        try {
            if (CHANGES.contains(name) && !caller.isTrusted()) {
                LOG.warn("A command was refused. command={} caller={}", name, caller.name());
                return failure(caller.refusal());
            }
            return switch (name) {
                case "status" -> success(documents.status());
                case "list" -> success(documents.list());
                case "health" -> success(documents.health());
                case "set-api-key" -> setApiKey(command.path("args").path(0).asText(""));
                case "refresh-cert" -> refreshCertificate(command.path("args"));
                case "" -> failure("expected an object such as {\"command\":\"status\"}");
                default -> failure("unknown command: " + name);
            };
        } catch (RuntimeException defect) {
            LOG.error("A command failed unexpectedly. command={}", name, defect);
            return failure("'" + name + "' failed unexpectedly; see the daemon's log");
        }
    }

    private ObjectNode setApiKey(String key) {
        if (key.isBlank()) {
            return failure("API key required");
        }
        try {
            return success(TextNode.valueOf(actions.setApiKey(key.strip())));
        } catch (Actions.ActionException refused) {
            return failure(refused.getMessage());
        }
    }

    private ObjectNode refreshCertificate(JsonNode arguments) {
        boolean force = false;
        for (JsonNode argument : arguments) {
            if (!argument.asText().equals("--force")) {
                return failure("refresh-cert takes --force and nothing else");
            }
            force = true;
        }
        try {
            Actions.Refreshed refreshed = actions.refreshCertificate(force);
            return success(JSON.createObjectNode()
                    .put("renewed", refreshed.renewed())
                    .put("old_not_after", refreshed.before().toString())
                    .put("not_after", refreshed.notAfter().toString())
                    .put("renew_at", refreshed.renewAt().toString())
                    .put("message", refreshed.message()));
        } catch (Actions.ActionException refused) {
            return failure(refused.getMessage());
        }
    }

    private static ObjectNode success(JsonNode data) {
        ObjectNode answer = JSON.createObjectNode().put("success", true);
        answer.set("data", data);
        return answer;
    }

    static ObjectNode failure(String message) {
        return JSON.createObjectNode().put("success", false).put("error", message);
    }
}
