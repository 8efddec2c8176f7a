package io.ngrokd.kernel.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a request is answered with. */
public sealed interface Reply {

    /** An answer that is whole. */
    record Document(int status, String contentType, byte[] body, Map<String, String> headers) implements Reply {}

    /** Server-sent events, until the client leaves. */
    record Stream(Source source) implements Reply {}

    /** Where events come from. */
    interface Source {
        /** Sends events until it is interrupted, or has no more, or the client is gone, which the sink throws. */
        void run(Sink sink) throws IOException, InterruptedException;
    }

    /** Where events go; blocks while the client does not read, but not for ever. */
    interface Sink {
        /**
         * Sends one.
         *
         * @param id by which a client says later where to go on; 0 for none
         * @param data without line breaks
         */
        void send(String type, long id, String data) throws IOException;

        /** Shows whether the client is still there. */
        void beat() throws IOException;
    }

    /** JSON. */
    static Document json(JsonNode document) {
        return new Document(200, "application/json", (document + "\n").getBytes(StandardCharsets.UTF_8), Map.of());
    }
}
