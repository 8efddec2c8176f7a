package io.ngrokd.kernel.data.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a head of HTTP/1 is, read all at once and by the letter of RFC 9110 and 9112, without any of the leniencies that
 * they allow: whatever two readers could take for two things is refused.
 */
public final class HttpReference {

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String NAME = "[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?";
    private static final Pattern AUTHORITY = Pattern.compile("((?<name>" + NAME + ")|(?<address>\\[[0-9A-Fa-f:.]+])|)(:[0-9]{0,5})?");
    private static final Pattern REQUEST_LINE = Pattern.compile("(?<method>" + TOKEN + ") (?<target>[^ \t]+) HTTP/1\\.(?<minor>[01])");
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.(?<minor>[01]) (?<status>[1-9][0-9]{2})( .*)?", Pattern.DOTALL);
    private static final Pattern URL = Pattern.compile("(?i:https?)://(?<authority>[^/?#]*)([/?#].*)?", Pattern.DOTALL);
    private static final Pattern FIELD = Pattern.compile("(?<name>" + TOKEN + "):[ \t]*(?<value>.*?)[ \t]*", Pattern.DOTALL);
    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f]");

    // Without DOTALL the byte 85 hexadecimal would be the end of a line for them.

    private HttpReference() {}

    /** A field; the name in lower case. */
    private record Field(String name, String value) {}

    /**
     * A head that means one thing only.
     *
     * @param end how many bytes it has, with an empty line before it
     * @param body {@code none}, {@code chunked} or the number of bytes
     * @param host what the Host field says
     */
    public record Head(int end, String startLine, String body, Optional<String> host) {}

    /** Whether the bytes hold a whole head, fine or not. */
    public static boolean isComplete(byte[] bytes) {
        return end(text(bytes)) >= 0;
    }

    /** The request that the bytes begin with; empty when it is not complete or must be refused. */
    public static Optional<Head> request(byte[] bytes) {
        return head(bytes, true).filter(head -> isFineRequest(head.startLine(), head.host()));
    }

    /** The response that the bytes begin with; likewise. */
    public static Optional<Head> response(byte[] bytes) {
        return head(bytes, false).filter(head -> STATUS_LINE.matcher(head.startLine()).matches());
    }

    private static Optional<Head> head(byte[] bytes, boolean isRequest) {
        String text = text(bytes);
        int end = end(text);
        if (end < 0) {
            return Optional.empty();
        }
        int start = text.startsWith("\r\n") ? 2 : 0;
        String[] lines = text.substring(start, end - 4).split("\r\n", -1);
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < lines.length; i++) {
            if (CONTROL.matcher(lines[i]).find()) {
                return Optional.empty();
            }
            Matcher field = FIELD.matcher(lines[i]);
            if (i > 0) {
                if (!field.matches()) {
                    return Optional.empty();
                }
                fields.add(new Field(field.group("name").toLowerCase(Locale.ROOT), field.group("value")));
            }
        }
        Matcher line = (isRequest ? REQUEST_LINE : STATUS_LINE).matcher(lines[0]);
        if (!line.matches()) {
            return Optional.empty();
        }
        boolean old = line.group("minor").equals("0");
        Optional<String> body = body(fields, old);
        List<String> hosts = values(fields, "host");
        boolean hostsFit = !isRequest || hosts.size() == 1 || hosts.isEmpty() && old;
        boolean hopsFit = values(fields, "connection").stream().flatMap(value -> List.of(value.split(",")).stream())
                .noneMatch(option -> option.strip().matches("(?i)host|content-length|transfer-encoding"));
        return body.filter(any -> hostsFit && hopsFit)
                .map(framing -> new Head(end, lines[0], framing, hosts.isEmpty() ? Optional.empty() : Optional.of(hosts.getFirst())));
    }

    private static boolean isFineRequest(String line, Optional<String> host) {
        Matcher request = REQUEST_LINE.matcher(line);
        if (!request.matches() || request.group("method").equals("CONNECT")) {
            return false;
        }
        String target = request.group("target");
        boolean path = target.startsWith("/") || target.equals("*") && request.group("method").equals("OPTIONS");
        Matcher url = URL.matcher(target);
        return (path || url.matches() && isAuthority(url.group("authority"))) && host.map(HttpReference::isAuthority).orElse(true);
    }

    private static boolean isAuthority(String text) {
        Matcher authority = AUTHORITY.matcher(text);
        return authority.matches() && (authority.group("name") == null || authority.group("name").replaceFirst("\\.$", "").length() <= 253);
    }

    /** How the body ends; empty when that could be read in two ways. */
    private static Optional<String> body(List<Field> fields, boolean old) {
        List<String> lengths = values(fields, "content-length");
        List<String> codings = values(fields, "transfer-encoding");
        if (codings.isEmpty()) {
            return lengths.isEmpty() ? Optional.of("none")
                    : Optional.of(lengths.getFirst()).filter(length -> lengths.size() == 1 && length.matches("[0-9]{1,18}"))
                            .map(length -> String.valueOf(Long.parseLong(length)));
        }
        return !old && lengths.isEmpty() && codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked")
                ? Optional.of("chunked") : Optional.empty();
    }

    private static List<String> values(List<Field> fields, String name) {
        return fields.stream().filter(field -> field.name().equals(name)).map(Field::value).toList();
    }

    /** Behind the empty line that ends the head; -1 when there is none. An empty line at the very beginning is none. */
    private static int end(String text) {
        int start = text.startsWith("\r\n") ? 2 : 0;
        int end = text.indexOf("\r\n\r\n", start);
        return text.startsWith("\r\n", start) ? start + 4 : end < 0 ? -1 : end + 4;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
