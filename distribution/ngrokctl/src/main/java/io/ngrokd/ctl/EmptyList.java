package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.client.Commands;
import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import io.ngrokd.ctl.output.Prose;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What to do when there are no endpoints; the daemon's status tells which of the usual reasons it is. */
final class EmptyList {

    private static final String CREATE = "Create one at https://dashboard.ngrok.com/endpoints: New Endpoint, Cloud, binding 'Kubernetes Operator'.";

    private EmptyList() {
    }

    static List<String> advice(Commands socket) throws IOException {
        Fields status;
        try {
            status = Json.fields(socket.ask("status"));
        } catch (CommandFailure failure) {
            return List.of("And the daemon's status is not to be had: " + Prose.clean(failure.getMessage()));
        }
        if (!status.flag("registered").orElse(false)) {
            return List.of("The daemon is not registered with ngrok"
                    + status.text("state").map(state -> ": " + Prose.clean(state)).orElse("") + ".",
                    "Has it an API key? Set one: ngrokctl set-api-key",
                    "'ngrokctl status' tells more.");
        }
        Fields poll = status.object("last_poll");
        if (!poll.isEmpty() && !poll.flag("ok").orElse(false)) {
            return List.of("The last poll failed: " + Prose.clean(poll.text("error").orElse("no reason given")));
        }
        List<String> advice = new ArrayList<>();
        advice.add(poll.isEmpty() ? "The first poll may still be under way: wait half a minute." : "The last poll was good: ngrok lists none for this operator.");
        advice.add(CREATE);
        return advice;
    }
}
