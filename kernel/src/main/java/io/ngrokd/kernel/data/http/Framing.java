package io.ngrokd.kernel.data.http;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** How a head says where its body ends and whether its connection lives on (RFC 9112, 6 and 9). */
final class Framing {

    private static final int MOST_LENGTH_DIGITS = 18;
    private static final List<String> NEVER_PER_HOP = List.of("host", "content-length", "transfer-encoding");

    private Framing() {}

    /** A body's end by its head alone; empty when the head says nothing about it. */
    static Optional<BodyFramer> declared(MessageHead head, int minorVersion) throws HttpViolation {
        List<String> encodings = head.values("transfer-encoding");
        OptionalLong length = contentLength(head);
        if (encodings.isEmpty()) {
            return length.isPresent() ? Optional.of(BodyFramer.sized(length.getAsLong())) : Optional.empty();
        }
        if (length.isPresent()) {
            throw HttpViolation.bad("both Content-Length and Transfer-Encoding are given");
        }
        if (minorVersion == 0) {
            throw HttpViolation.bad("HTTP/1.0 has no Transfer-Encoding");
        }
        if (encodings.size() != 1 || !encodings.getFirst().equalsIgnoreCase("chunked")) {
            throw HttpViolation.bad("Transfer-Encoding is something else than chunked");
        }
        return Optional.of(BodyFramer.chunked());
    }

    /** Whether the sender means to use the connection again. */
    static boolean isPersistent(MessageHead head, int minorVersion) throws HttpViolation {
        List<String> options = head.elements("connection");
        for (String option : options) {
            if (NEVER_PER_HOP.contains(option)) {
                throw HttpViolation.bad("Connection names " + option + ", which the next hop would have to drop");
            }
        }
        return !options.contains("close") && (minorVersion == 1 || options.contains("keep-alive"));
    }

    private static OptionalLong contentLength(MessageHead head) throws HttpViolation {
        List<String> lengths = head.values("content-length");
        if (lengths.isEmpty()) {
            return OptionalLong.empty();
        }
        String length = lengths.getFirst();
        if (lengths.size() > 1) {
            throw HttpViolation.bad("Content-Length is given more than once");
        }
        if (!Characters.isDigits(length) || length.length() > MOST_LENGTH_DIGITS) {
            throw HttpViolation.bad("Content-Length is no number");
        }
        return OptionalLong.of(Long.parseLong(length));
    }
}
