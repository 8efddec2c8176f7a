package io.ngrokd.kernel.control.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Why a request was not done, in the one shape that errors have (RFC 9457): {@code type}, {@code title}, {@code status},
 * {@code detail}, and where there is one {@code mend}, what to do about it.
 */
public final class Problem extends Exception {

    private static final long serialVersionUID = 1;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<Integer, String> TITLES = Map.ofEntries(
            Map.entry(400, "Bad Request"), Map.entry(401, "Unauthorized"), Map.entry(403, "Forbidden"), Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"), Map.entry(409, "Conflict"), Map.entry(413, "Content Too Large"),
            Map.entry(500, "Internal Server Error"), Map.entry(503, "Service Unavailable"), Map.entry(504, "Gateway Timeout"));

    private final int status;
    private final String mend;
    private final transient Map<String, String> headers;

    /**
     * @param status of HTTP
     * @param detail what is wrong, a sentence
     * @param mend what to do about it; empty when there is nothing to say
     */
    public Problem(int status, String detail, String mend) {
        this(status, detail, mend, Map.of());
    }

    Problem(int status, String detail, String mend, Map<String, String> headers) {
        super(detail);
        this.status = status;
        this.mend = mend;
        this.headers = headers;
    }

    static Problem badParameter(String name, String expected) {
        return new Problem(400, "'" + name + "' is not " + expected, "See /v1/openapi.json for what it takes.");
    }

    /** Of HTTP. */
    public int status() {
        return status;
    }

    /** As an answer. */
    public Reply.Document reply() {
        ObjectNode document = JSON.createObjectNode()
                .put("type", "about:blank")
                .put("title", TITLES.getOrDefault(status, "Error"))
                .put("status", status)
                .put("detail", getMessage());
        if (!mend.isEmpty()) {
            document.put("mend", mend);
        }
        return new Reply.Document(
                status, "application/problem+json", (document + "\n").getBytes(StandardCharsets.UTF_8), headers == null ? Map.of() : headers);
    }
}
