package io.ngrokd.kernel.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.api.event.Change;
import java.util.List;
import java.util.Locale;

/**
 * What would change on this machine.
 *
 * @param subject what the plan is of
 * @param config the path of the config file
 * @param changedKeys the keys that differ from the configuration in force
 * @param needsRestart those of them, and earlier ones, that count from the next start only
 * @param drain how long connections of endpoints that move may go on, for people
 * @param notes what a person should know of the whole
 * @param sections what each backend would do, in the order in which people read of them; those that do nothing too
 */
public record SystemPlan(
        Subject subject, String config, List<String> changedKeys, List<String> needsRestart, String drain, List<String> notes,
        List<Section> sections, List<EndpointMove> endpoints) {

    /** What a plan is of. */
    public enum Subject {
        /** The config file as it is on disk, for a daemon that runs. */
        FILE,
        /** A config that was given, for a daemon that runs. */
        CANDIDATE,
        /** A start of the daemon. */
        START
    }

    public SystemPlan {
        changedKeys = List.copyOf(changedKeys);
        needsRestart = List.copyOf(needsRestart);
        notes = List.copyOf(notes);
        sections = List.copyOf(sections);
        endpoints = List.copyOf(endpoints);
    }

    /** Whether anything would change, on the machine or for an endpoint. */
    public boolean changesSomething() {
        return sections.stream().anyMatch(Section::changesSomething)
                || endpoints.stream().anyMatch(move -> move.fate() != EndpointMove.Fate.KEPT && move.fate() != EndpointMove.Fate.UNSERVED);
    }

    /** For programs; {@code diff} is what people read, by lines. */
    public ObjectNode json() {
        ObjectNode document = JsonNodeFactory.instance.objectNode()
                .put("subject", word(subject)).put("config", config).put("changes", changesSomething());
        changedKeys.forEach(document.putArray("changed_keys")::add);
        needsRestart.forEach(document.putArray("needs_restart")::add);
        notes.forEach(document.putArray("notes")::add);
        ArrayNode parts = document.putArray("sections");
        sections.forEach(section -> parts.add(json(section)));
        ArrayNode moves = document.putArray("endpoints");
        endpoints.forEach(move -> moves.add(json(move)));
        PlanText.lines(this).forEach(document.putArray("diff")::add);
        return document;
    }

    private static ObjectNode json(Section section) {
        ObjectNode part = JsonNodeFactory.instance.objectNode().put("role", section.role().word()).put("backend", section.backend())
                .put("goes", section.goes()).put("estimated", section.estimated());
        section.problem().ifPresent(problem -> part.put("problem", problem));
        section.note().ifPresent(note -> part.put("note", note));
        ArrayNode changes = part.putArray("changes");
        for (Change change : section.changes()) {
            ObjectNode entry = changes.addObject().put("action", word(change.action())).put("kind", change.kind()).put("line", change.line());
            change.note().ifPresent(note -> entry.put("note", note));
        }
        return part;
    }

    private static ObjectNode json(EndpointMove move) {
        ObjectNode entry = JsonNodeFactory.instance.objectNode()
                .put("endpoint", move.endpoint().toString()).put("fate", move.fate().word());
        move.from().ifPresent(place -> entry.put("from", place));
        move.to().ifPresent(place -> entry.put("to", place));
        entry.put("connections", move.connections()).put("connections_end", move.cutOff());
        if (!move.reason().isEmpty()) {
            entry.put("reason", move.reason());
        }
        return entry;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
