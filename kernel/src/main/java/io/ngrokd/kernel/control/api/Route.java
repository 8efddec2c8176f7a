package io.ngrokd.kernel.control.api;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One method of one path.
 *
 * @param path as in the OpenAPI document: {@code /v1/endpoints/{endpoint}}; a parameter is one segment
 */
public record Route(String method, String path, Access access, Handler handler) {

    /** Who may use it. */
    public enum Access {
        /** Whoever can connect. */
        EVERYBODY,
        /** Root, the daemon's user, its group; over TCP whoever has the token. */
        TRUSTED
    }

    /** What it does. Called on virtual threads; may block. */
    public interface Handler {
        /**
         * @param path the values of the path's parameters
         */
        Reply handle(Request request, Map<String, String> path) throws Problem;
    }

    /** The values of the path's parameters; empty when the path is another one. */
    Optional<Map<String, String>> match(String asked) {
        String[] mine = path.split("/", -1);
        String[] theirs = asked.split("/", -1);
        if (mine.length != theirs.length) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (int index = 0; index < mine.length; index++) {
            if (mine[index].startsWith("{") && !theirs[index].isEmpty()) {
                values.put(mine[index].substring(1, mine[index].length() - 1), theirs[index]);
            } else if (!mine[index].equals(theirs[index])) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }
}
