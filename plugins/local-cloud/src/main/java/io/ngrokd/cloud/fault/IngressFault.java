package io.ngrokd.cloud.fault;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that goes wrong with connections to the ingress.
 *
 * @param times how many connections it hits before it is over
 */
public record IngressFault(Kind kind, int times) {

    /** What goes wrong. */
    public enum Kind {
        /** The server's certificate is self-signed. */
        WRONG_CERTIFICATE,
        /** The server's certificate is of the right authority, for another name. */
        WRONG_NAME,
        /** The ConnResponse is a refusal. */
        REFUSE,
        /** Accepts the connection and never says a word. */
        STALL,
        /** Resets the connection at once. */
        RESET,
        /** What should be the ConnResponse makes no sense. */
        GARBAGE;

        /** As the configuration writes it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Kind> of(String word) {
            return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
        }

        public static List<String> words() {
            return Arrays.stream(values()).map(Kind::word).toList();
        }
    }

    /** Until it is cleared. */
    public static IngressFault of(Kind kind) {
        return new IngressFault(kind, Integer.MAX_VALUE);
    }

    public IngressFault times(int newTimes) {
        return new IngressFault(kind, newTimes);
    }
}
