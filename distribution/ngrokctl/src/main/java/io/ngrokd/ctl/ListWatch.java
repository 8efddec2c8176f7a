package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import io.ngrokd.ctl.output.Prose;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * The list as it changes: on a terminal the table, drawn again at each change; for programs one line a change. Ends with the
 * daemon, or by Ctrl-C.
 */
final class ListWatch {

    private static final String CLEAR = "\u001b[H\u001b[2J";

    private final Ngrokctl program;
    private final String pattern;
    private final boolean wide;
    private final Map<String, Fields> endpoints = new TreeMap<>();
    private boolean synced;

    ListWatch(Ngrokctl program, String pattern, boolean wide) {
        this.program = program;
        this.pattern = pattern;
        this.wide = wide;
    }

    void run() throws CommandFailure {
        program.http(program.timeout(DaemonCommand.USUAL_PATIENCE)).follow("/v1/endpoints?watch=true"
                + (pattern == null ? "" : "&pattern=" + URLEncoder.encode(pattern, StandardCharsets.UTF_8)), this::change);
    }

    private void change(String type, byte[] data) throws IOException {
        if (program.json()) {
            print(type, data);
            return;
        }
        Fields endpoint = Json.fields(data);
        String key = endpoint.text("endpoint").or(() -> endpoint.text("url")).orElse("");
        switch (type) {
            case "endpoint" -> endpoints.put(key, endpoint);
            case "removed" -> endpoints.remove(key);
            case "synced" -> synced = true;
            default -> {
                return;
            }
        }
        if (program.surroundings().terminal().interactive()) {
            draw();
        } else if (!type.equals("synced")) {
            String state = type.equals("removed") ? "removed" : endpoint.text("state").orElse("?");
            program.text().println(Prose.clean(String.join("  ", endpoint.text("url").orElse(key), state, endpoint.text("reason").orElse("")))
                    .strip());
            program.flush();
        }
    }

    private void draw() throws IOException {
        if (!synced) {
            return;
        }
        program.text().print(CLEAR);
        if (endpoints.isEmpty()) {
            program.text().println("No endpoints.");
        } else {
            new ListText(program.surroundings().terminal(), wide).print(endpoints.values().stream().toList(), program.text()::println);
        }
        program.flush();
    }

    private void print(String type, byte[] data) throws IOException {
        byte[] line = ("{\"type\":\"" + type + "\",\"data\":" + new String(data, StandardCharsets.UTF_8) + "}").getBytes(StandardCharsets.UTF_8);
        Json.printVersioned(line, "change", true, program.surroundings().output());
    }
}
