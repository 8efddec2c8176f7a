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
 * what becomes of a transcript, and has to: where it applies, no other outcome is right. The fields of the hop are left out
 * of account on both sides.
 */
enum AllowedDifference {

    /** The end of the endpoint's connection is its hop's alone, where the client needs no end to see that it has the answer. */
    CLIENT_KEEPS_ITS_CONNECTION(AllowedDifference::kept),

    /** The target's host has done its work; the endpoint is no proxy (RFC 9112, 3.2.1). */
    ABSOLUTE_TARGET_BECOMES_A_PATH(requests(request -> {
        String[] parts = request.start().split(" ");
        if (!parts[1].toLowerCase(Locale.ROOT).startsWith("http://")) {
            return request;
        }
        int path = parts[1].indexOf('/', "http://".length());
        return request.withStart(parts[0] + " " + parts[1].substring(path) + " " + parts[2]);
    })),

    /** Host is the endpoint's, at the same place, its name as the client wrote it. */
    HOST_IS_THE_ENDPOINTS(requests(request -> request.withFields(request.fields().stream()
            .map(field -> Message.nameOf(field).equals("host") ? field.substring(0, field.indexOf(':')) + ": diff.demo" : field).toList()))),

    /** A request of HTTP/1.0 may lack Host, the endpoint needs it: it comes first. */
    MISSING_HOST_IS_ADDED(requests(request -> request.value("host").isPresent() ? request
            : request.withFields(Stream.concat(Stream.of("Host: diff.demo"), request.fields().stream()).toList()))),

    /** That trailers are welcome passes from end to end, but Connection has to name it; HTTP/1.0 knows no TE (RFC 9110, 10.1.4). */
    TE_IS_NAMED_OR_LEFT_OUT(requests(request -> {
        if (request.value("te").isEmpty() || request.elements("connection").contains("te") && !isOld(request)) {
            return request;
        }
        return request.withFields(isOld(request) ? without(request, Set.of("te")) : with(request.fields(), "Connection: te"));
    })),

    /** Connection, Keep-Alive and what Connection names are each hop's own (RFC 9110, 7.6.1), but for Upgrade and TE. */
    FIELDS_OF_THE_HOP(requests(AllowedDifference::withoutHop));

    private final UnaryOperator<Transcript> change;

    AllowedDifference(UnaryOperator<Transcript> change) {
        this.change = change;
    }

    Transcript applyTo(Transcript transcript) {
        return change.apply(transcript);
    }

    /** What must come of a scenario through the daemon, when directly this came of it. */
    static Transcript expected(Transcript direct) {
        Transcript expected = direct;
        for (AllowedDifference each : values()) {
            expected = each.applyTo(expected);
        }
        return expected;
    }

    /** A message without what is its hop's own; that Upgrade or TE is named in Connection stays visible. */
    static Message withoutHop(Message message) {
        List<String> options = message.elements("connection");
        Set<String> hop = new HashSet<>(options);
        hop.addAll(List.of("connection", "keep-alive"));
        List<String> passing = Stream.of("upgrade", "te").filter(name -> options.contains(name) && message.value(name).isPresent()).toList();
        passing.forEach(hop::remove);
        List<String> kept = without(message, hop);
        for (String name : passing) {
            kept = with(kept, "Connection: " + name);
        }
        return message.withFields(kept);
    }

    private static Transcript kept(Transcript direct) {
        if (!direct.end().equals("closed")) {
            return direct;
        }
        Message request = direct.seen().getLast();
        List<String> options = request.elements("connection");
        boolean wanted = isOld(request) ? options.contains("keep-alive") : !options.contains("close");
        Message answer = direct.got().getLast();
        boolean bodiless = request.start().startsWith("HEAD ") || answer.status() == 204 || answer.status() == 304;
        return wanted && (bodiless || !answer.endsWithConnection()) ? new Transcript(direct.seen(), direct.got(), "kept") : direct;
    }

    private static UnaryOperator<Transcript> requests(UnaryOperator<Message> change) {
        return transcript -> new Transcript(transcript.seen().stream().map(change).toList(), transcript.got(), transcript.end());
    }

    /** Whether it is of HTTP/1.0. */
    static boolean isOld(Message request) {
        return request.start().endsWith(" HTTP/1.0");
    }

    private static List<String> with(List<String> fields, String more) {
        List<String> longer = new ArrayList<>(fields);
        longer.add(more);
        return longer;
    }

    private static List<String> without(Message message, Set<String> names) {
        return message.fields().stream().filter(field -> !names.contains(Message.nameOf(field))).toList();
    }
}
