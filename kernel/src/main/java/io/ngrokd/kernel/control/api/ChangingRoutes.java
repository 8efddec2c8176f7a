package io.ngrokd.kernel.control.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.ngrokd.kernel.control.Actions;
import io.ngrokd.kernel.control.Actions.ActionException;
import io.ngrokd.kernel.control.Actions.Refreshed;
import io.ngrokd.kernel.control.Events;
import io.ngrokd.kernel.control.PluginControl;
import io.ngrokd.kernel.control.Upkeep;
import io.ngrokd.kernel.control.api.Route.Access;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What may be done. Only for those who are trusted, and each action is logged with who asked for it. */
public final class ChangingRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(ChangingRoutes.class);

    private final Actions actions;
    private final Upkeep upkeep;
    private final PluginControl plugins;
    private final Events events;

    public ChangingRoutes(Actions actions, Upkeep upkeep, PluginControl plugins, Events events) {
        this.actions = actions;
        this.upkeep = upkeep;
        this.plugins = plugins;
        this.events = events;
    }

    private interface Deed {
        Reply run() throws ActionException, Problem;
    }

    /** The routes. */
    public List<Route> routes() {
        return List.of(
                change("POST", "/v1/actions/reload", (request, path) -> run(request, "reload", () -> done("config.reloaded", upkeep.reload()))),
                change("POST", "/v1/actions/poll", (request, path) -> run(request, "poll", () -> Shape.message(upkeep.poll()))),
                change("POST", "/v1/actions/refresh-certificate", (request, path) -> run(request, "refresh-certificate", () -> refresh(request))),
                change("POST", "/v1/actions/api-key", (request, path) -> run(request, "api-key", () -> key(request))),
                change("PUT", "/v1/log-level", (request, path) -> run(request, "log-level", () -> logLevel(request))),
                // It changes nothing, but shows what a file holds, and a parser is a large thing to let everybody at.
                change("POST", "/v1/config/check", (request, path) -> run(request, "config check", () -> check(request))),
                // Likewise.
                change("POST", "/v1/plan", (request, path) -> run(request, "plan",
                        () -> Reply.json(Shape.of(upkeep.plan(request.text()))))),
                change("POST", "/v1/plugins/{plugin}/enable", (request, path) -> run(request, "plugin enable",
                        () -> done("plugin.enabled", plugins.enable(path.get("plugin"), true)))),
                change("POST", "/v1/plugins/{plugin}/disable", (request, path) -> run(request, "plugin disable",
                        () -> done("plugin.disabled", plugins.enable(path.get("plugin"), false)))),
                change("POST", "/v1/plugins/{plugin}/reload", (request, path) -> run(request, "plugin reload",
                        () -> done("plugin.reloaded", plugins.reload(path.get("plugin"))))));
    }

    private static Route change(String method, String path, Route.Handler handler) {
        return new Route(method, path, Access.TRUSTED, handler);
    }

    private static Reply run(Request request, String name, Deed deed) throws Problem {
        LOG.info("Asked for over the control API. action={} by={}", name, request.caller().name());
        try {
            return deed.run();
        } catch (ActionException notDone) {
            throw new Problem(409, notDone.getMessage(), "");
        }
    }

    private Reply done(String type, String message) {
        events.daemon(type, message);
        return Shape.message(message);
    }

    private Reply refresh(Request request) throws Problem, ActionException {
        JsonNode body = body(request);
        if (!body.path("force").isMissingNode() && !body.path("force").isBoolean()) {
            throw Problem.badParameter("force", "true or false");
        }
        Refreshed refreshed = actions.refreshCertificate(body.path("force").asBoolean(false));
        return Reply.json(Shape.document()
                .put("renewed", refreshed.renewed())
                .put("old_not_after", refreshed.before().toString())
                .put("not_after", refreshed.notAfter().toString())
                .put("renew_at", refreshed.renewAt().toString())
                .put("message", refreshed.message()));
    }

    private Reply key(Request request) throws Problem, ActionException {
        String key = body(request).path("key").asText("").strip();
        if (key.isEmpty()) {
            throw Problem.badParameter("key", "an API key");
        }
        return Shape.message(actions.setApiKey(key));
    }

    private Reply logLevel(Request request) throws Problem, ActionException {
        upkeep.logLevel(body(request).path("level").asText(""));
        return Reply.json(Shape.document().put("level", upkeep.logLevel()));
    }

    private Reply check(Request request) throws ActionException {
        upkeep.checkConfig(request.text());
        return Shape.message("the config is good");
    }

    /** An object; no body at all is an empty one. */
    private static JsonNode body(Request request) throws Problem {
        try {
            JsonNode body = request.text().isBlank() ? Shape.JSON.createObjectNode() : Shape.JSON.readTree(request.body());
            if (body != null && body.isObject()) {
                return body;
            }
        } catch (JsonProcessingException noJson) {
            throw new Problem(400, "the body is no JSON: " + noJson.getOriginalMessage(), "Send an object.");
        } catch (IOException impossible) {
            throw new Problem(400, "the body cannot be read", "Send an object.");
        }
        throw new Problem(400, "the body is no JSON object", "Send an object, such as {\"force\": true}.");
    }
}
