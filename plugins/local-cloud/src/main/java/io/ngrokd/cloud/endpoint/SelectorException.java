package io.ngrokd.cloud.endpoint;

/** A selector that the local cloud does not understand. */
public final class SelectorException extends Exception {

    /** What can be used instead. */
    public static final String UNDERSTOOD = "The local cloud understands true, false, !, &&, ||, parentheses, == and != "
            + "between a field (endpoint.id, url, proto, scheme, host, port, type, description, metadata) and a "
            + "literal, .startsWith(\"\"), .endsWith(\"\"), .contains(\"\") and \"kubernetes\" in endpoint.bindings.";

    SelectorException(String text, String problem) {
        super("The endpoint selector `" + text + "` can't be used: " + problem + ". " + UNDERSTOOD);
    }
}
