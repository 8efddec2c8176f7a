package io.ngrokd.kernel.control.http;

/** Server-sent events as text. */
final class EventText {

    /** A comment; clients pass over it. */
    static final String BEAT = ":\n\n";

    private EventText() {}

    static String of(String type, long id, String data) {
        return (id > 0 ? "id: " + id + "\n" : "") + "event: " + type + "\ndata: " + data + "\n\n";
    }
}
