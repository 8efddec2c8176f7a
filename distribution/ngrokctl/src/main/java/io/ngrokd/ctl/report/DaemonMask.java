package io.ngrokd.ctl.report;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Has the daemon take the secrets that it knows, and ngrokctl perhaps not, out of what was found beside it. */
public final class DaemonMask {

    /** Well below what the daemon takes at once, in signs of up to three bytes. */
    private static final int LONGEST_PIECE = 300_000;

    /** Asks the daemon. */
    public interface Asking {
        /**
         * @param text in UTF-8
         * @return JSON with the masked {@code text}
         */
        byte[] mask(byte[] text) throws CommandFailure;
    }

    private final Asking daemon;

    public DaemonMask(Asking daemon) {
        this.daemon = daemon;
    }

    /**
     * Masks files; one that the daemon does not mask is left out, with the reason.
     *
     * @param from the first of them, in their order
     */
    public void apply(Findings findings, int from) {
        List<Findings.Item> own = findings.items().subList(from, findings.size());
        for (Findings.Item item : List.copyOf(own)) {
            int index = own.indexOf(item);
            try {
                own.set(index, new Findings.Item(item.name(), item.what(), mask(new String(item.content(), StandardCharsets.UTF_8))
                        .getBytes(StandardCharsets.UTF_8)));
            } catch (CommandFailure | IOException notMasked) {
                own.remove(index);
                findings.missing(item.name(), "left out, since the daemon did not mask it (" + notMasked.getMessage() + ")");
            }
        }
    }

    private String mask(String text) throws CommandFailure, IOException {
        StringBuilder masked = new StringBuilder();
        for (int begin = 0; begin < text.length(); ) {
            int end = end(text, begin);
            masked.append(Json.fields(daemon.mask(text.substring(begin, end).getBytes(StandardCharsets.UTF_8))).all().get("text"));
            begin = end;
        }
        return masked.toString();
    }

    /** At the end of a line, so that no secret is cut in two. */
    private static int end(String text, int begin) {
        if (text.length() - begin <= LONGEST_PIECE) {
            return text.length();
        }
        int line = text.lastIndexOf('\n', begin + LONGEST_PIECE - 1);
        return line > begin ? line + 1 : begin + LONGEST_PIECE;
    }
}
