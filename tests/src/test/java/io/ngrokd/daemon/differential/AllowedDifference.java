package io.ngrokd.daemon.differential;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The differences that there may be between what is sent directly and what comes through the daemon, all of them. Each says
 * what becomes of a message; the fields of the hop are left out of account on both sides.
 */
enum AllowedDifference {

    /** The target's host has done its work; the endpoint is no proxy (RFC 9112, 3.2.1). */
    ABSOLUTE_TARGET_BECOMES_A_PATH(request -> {
        String[] parts = request.start().split(" ");
        if (!parts[1].toLowerCase(Locale.ROOT).startsWith("http://")) {
            return request;
        }
        int path = parts[1].indexOf('/', "http://".length());
        return request.withStart(parts[0] + " " + parts[1].substring(path) + " " + parts[2]);
    }),

    /** Host is the endpoint's, at the same place, its name as the client wrote it. */
    HOST_IS_THE_ENDPOINTS(request -> request.withFields(request.fields().stream()
            .map(field -> Message.nameOf(field).equals("host") ? field.substring(0, field.indexOf(':')) + ": diff.demo" : field).toList())),

    /** A request of HTTP/1.0 may lack Host, the endpoint needs it: it comes first. */
    MISSING_HOST_IS_ADDED(request -> request.value("host").isPresent() ? request
            : request.withFields(Stream.concat(Stream.of("Host: diff.demo"), request.fields().stream()).toList())),

    /** Connection, Keep-Alive and what Connection names are each hop's own (RFC 9110, 7.6.1), but for an upgrade. */
    FIELDS_OF_THE_HOP(AllowedDifference::withoutHop);

    private final UnaryOperator<Message> change;

    AllowedDifference(UnaryOperator<Message> change) {
        this.change = change;
    }

    Message applyTo(Message message) {
        return change.apply(message);
    }

    /** What the backend must see through the daemon, when directly it saw this. */
    static Message expectedRequest(Message direct) {
        Message expected = direct;
        for (AllowedDifference each : values()) {
            expected = each.applyTo(expected);
        }
        return expected;
    }

    static Message withoutHop(Message message) {
        Set<String> hop = new HashSet<>(Set.of("connection", "keep-alive"));
        boolean upgrade = false;
        for (String field : message.fields()) {
            if (Message.nameOf(field).equals("connection")) {
                for (String option : field.substring(field.indexOf(':') + 1).split(",")) {
                    hop.add(option.strip().toLowerCase(Locale.ROOT));
                    upgrade |= option.strip().equalsIgnoreCase("upgrade");
                }
            }
        }
        hop.remove("upgrade");
        List<String> kept = new ArrayList<>();
        for (String field : message.fields()) {
            if (!hop.contains(Message.nameOf(field))) {
                kept.add(field);
            }
        }
        if (upgrade) {
            kept.add("Connection: upgrade");
        }
        return message.withFields(kept);
    }
}
