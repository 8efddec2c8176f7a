package io.ngrokd.ctl.report;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.client.ExitStatus;
import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the running daemon says. */
public final class DaemonPart {

    /** How it was met. */
    public enum Met {
        /** It said something. */
        ANSWERS,
        /** There is one that did not answer in time. */
        HANGS,
        /** Nobody is there, or nobody who may be asked. */
        NONE
    }

    /** Asks the daemon. */
    public interface Asking {
        /**
         * @param what a path of the HTTP API, or a command of the Go daemon
         * @return JSON in UTF-8
         */
        byte[] ask(String what) throws CommandFailure;
    }

    private static final Map<String, String> FILES = new LinkedHashMap<>();

    static {
        FILES.put("status", "what 'ngrokctl status' shows");
        FILES.put("health", "what passes through each endpoint");
        FILES.put("endpoints", "the endpoints, and what is wrong with them");
        FILES.put("events", "what happened lately");
        FILES.put("plugins", "the plugins");
        FILES.put("config", "the config in force, and where each value came from");
        FILES.put("certificate", "when the client certificate ends");
        FILES.put("versions", "ngrokd, its Java, the system, the transport");
        FILES.put("numbers", "memory, buffers, threads and open files of the daemon");
        FILES.put("environment", "the daemon's environment; of what it does not look at only the names");
    }

    private final Findings findings;
    private final Asking http;
    private final Asking go;

    /**
     * @param http by the API of ngrokd for Java
     * @param go by the commands that every daemon has
     */
    public DaemonPart(Findings findings, Asking http, Asking go) {
        this.findings = findings;
        this.http = http;
        this.go = go;
    }

    /** Asks for all there is; a daemon that cannot answer all of it is asked piece by piece. */
    public Met collect() {
        try {
            split(http.ask("/v1/bugreport"));
            return Met.ANSWERS;
        } catch (IOException odd) {
            findings.missing("what the daemon says", "its answer cannot be understood: " + odd.getMessage());
            return pieces();
        } catch (CommandFailure refused) {
            findings.missing("what the daemon says", words(refused));
            return switch (refused.status()) {
                case TIMED_OUT -> Met.HANGS;
                case NO_DAEMON -> Met.NONE;
                default -> pieces();
            };
        }
    }

    private static String words(CommandFailure failure) {
        return failure.getMessage() + (failure.mends().isEmpty() ? "" : " " + String.join(" ", failure.mends()));
    }

    private void split(byte[] report) throws IOException {
        byte[] documents = Json.member(report, "documents");
        for (String name : Json.fields(documents).all().keySet().stream().map(Object::toString).toList()) {
            byte[] part = Json.member(documents, name);
            switch (name) {
                case "threads" -> findings.add("threads.txt", "what every thread of the daemon does", String.valueOf(Json.read(part)));
                case "logs" -> log(Json.fields(part));
                default -> findings.add(name + ".json", FILES.getOrDefault(name, "of the daemon"), part);
            }
        }
        Json.fields(report).object("missing").all().forEach((name, reason) -> findings.missing(name.toString(), String.valueOf(reason)));
    }

    private void log(Fields logs) {
        StringBuilder text = new StringBuilder();
        logs.objects("lines").forEach(line -> text.append(line.text("at").orElse("?")).append(' ').append(line.text("level").orElse("?"))
                .append(' ')
                .append(line.text("source").orElse("?")).append(": ").append(line.text("message").orElse("")).append('\n'));
        findings.add("log.txt", "the newest lines of the daemon's log", text.toString());
    }

    /** What somebody may see who may not see all, and what older daemons have. */
    private Met pieces() {
        boolean answered = false;
        for (Map.Entry<String, String> file : FILES.entrySet()) {
            if (file.getKey().matches("versions|numbers|environment")) {
                continue;
            }
            try {
                findings.add(file.getKey() + ".json", file.getValue(), http.ask("/v1/" + file.getKey()));
                answered = true;
            } catch (CommandFailure refused) {
                if (refused.status() == ExitStatus.TIMED_OUT) {
                    return Met.HANGS;
                }
                if (!answered) {
                    return oldCommands();
                }
                findings.missing(file.getKey() + ".json", refused.getMessage());
            }
        }
        return Met.ANSWERS;
    }

    /** A daemon without HTTP, as the one in Go. */
    private Met oldCommands() {
        boolean answered = false;
        for (String command : new String[] {"status", "list"}) {
            try {
                findings.add(command + ".json", "what the daemon says to '" + command + "'", go.ask(command));
                answered = true;
            } catch (CommandFailure refused) {
                findings.missing(command + ".json", refused.getMessage());
            }
        }
        return answered ? Met.ANSWERS : Met.NONE;
    }
}
