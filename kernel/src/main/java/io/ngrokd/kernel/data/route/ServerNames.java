package io.ngrokd.kernel.data.route;

import java.util.Locale;
import java.util.Optional;

/** Names that clients send, brought to the one form that routes are written in. */
public final class ServerNames {

    private static final int LONGEST = 253;

    private ServerNames() {}

    /**
     * Lower case, without a trailing dot; empty when the text is no name that a route could bear. Underscores and
     * single labels pass: hosts of endpoints need not be real DNS names.
     */
    public static Optional<String> normalize(String text) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        if (name.isEmpty() || name.length() > LONGEST || name.startsWith(".") || name.endsWith(".")
                || name.contains("..")) {
            return Optional.empty();
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean legal = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                    || c == '-' || c == '.' || c == '_';
            if (!legal) {
                return Optional.empty();
            }
        }
        return Optional.of(name.toLowerCase(Locale.ROOT));
    }

    /** Whether {@code *.example.com} covers the (normalized) name. */
    static boolean matches(String wildcard, String name) {
        String suffix = wildcard.substring(1);
        return name.length() > suffix.length() && name.endsWith(suffix);
    }
}
