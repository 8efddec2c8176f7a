package io.ngrokd.api.event;

import java.util.Objects;
import java.util.Optional;

/**
 * One thing that a backend would change on this machine, as a line of a diff. A value: immutable, for any thread.
 *
 * @param action what would be done
 * @param kind what it is about, in kebab case: one of the constants here where one fits, else a word of the backend's own
 * @param line what comes, goes or changes, on one line without a sign before it, never a secret. Of {@link #LISTENER}s it is
 *     {@code ADDRESS:PORT} and nothing else, so that the kernel can tell which one is meant
 * @param note what a person should know about it besides, as a phrase; for {@link Action#BLOCKED} why it cannot be, always
 */
public record Change(Action action, String kind, String line, Optional<String> note) {

    /** A network interface: {@code ngrokd0 (dummy)}. */
    public static final String INTERFACE = "interface";
    /** An address of this machine: {@code 10.107.0.2/32 on ngrokd0}. */
    public static final String ADDRESS = "address";
    /** Where connections or questions are accepted: {@code 10.107.0.2:80}. */
    public static final String LISTENER = "listener";
    /** A line of a file. */
    public static final String FILE_LINE = "file-line";
    /** A file that comes or goes as a whole: its path. */
    public static final String FILE = "file";
    /** A name that our DNS server answers for: {@code api.example.com 10.107.0.2}. */
    public static final String DNS_NAME = "dns-name";
    /** A setting that some program of the system keeps. */
    public static final String SETTING = "setting";

    /** What is done to it. */
    public enum Action {
        /** It is not there, and would be. */
        ADD,
        /** It is there, and would be no more. */
        REMOVE,
        /** It stays, and something of it would be another: the line says what. */
        CHANGE,
        /** It is wanted, and cannot be had as things are now. */
        BLOCKED
    }

    public Change {
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(line, "line");
        Objects.requireNonNull(note, "note");
        if (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("a change has one line: " + line);
        }
        if (action == Action.BLOCKED && note.isEmpty()) {
            throw new IllegalArgumentException("it does not say why it cannot be: " + line);
        }
    }

    /** It would come. */
    public static Change add(String kind, String line) {
        return new Change(Action.ADD, kind, line, Optional.empty());
    }

    /** It would go. */
    public static Change remove(String kind, String line) {
        return new Change(Action.REMOVE, kind, line, Optional.empty());
    }

    /** It would become another. */
    public static Change change(String kind, String line) {
        return new Change(Action.CHANGE, kind, line, Optional.empty());
    }

    /** It cannot be had. */
    public static Change blocked(String kind, String line, String why) {
        return new Change(Action.BLOCKED, kind, line, Optional.of(why));
    }

    /** The same, with something to know about it. */
    public Change noted(String more) {
        return new Change(action, kind, line, Optional.of(more));
    }
}
