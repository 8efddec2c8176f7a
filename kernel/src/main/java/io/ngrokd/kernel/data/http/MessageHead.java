package io.ngrokd.kernel.data.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The lines of a head that a {@link HeadScanner} has found: a start line and fields, with where each stands. */
final class MessageHead {

    /** One field line; offsets into the head. The line ends after its CRLF. */
    record Field(int lineStart, int nameEnd, int valueStart, int valueEnd, int lineEnd) {}

    private final byte[] bytes;
    private final int startLineEnd;
    private final List<Field> fields = new ArrayList<>();

    private MessageHead(byte[] bytes) {
        this.bytes = bytes;
        this.startLineEnd = endOfLine(0);
    }

    static MessageHead parse(byte[] bytes) throws HttpViolation {
        MessageHead head = new MessageHead(bytes);
        int end = bytes.length - 2;
        for (int start = head.startLineEnd + 2; start < end; ) {
            Field field = head.parseField(start);
            head.fields.add(field);
            start = field.lineEnd();
        }
        return head;
    }

    byte[] bytes() {
        return bytes;
    }

    String startLine() {
        return text(0, startLineEnd);
    }

    /** Where the fields begin. */
    int fieldsStart() {
        return startLineEnd + 2;
    }

    /** All fields in their order. */
    List<Field> all() {
        return fields;
    }

    /** The fields of a name, given in lower case, in their order. */
    List<Field> fields(String name) {
        List<Field> named = List.of();
        for (Field field : fields) {
            if (isNamed(field, name)) {
                // Asked ten times for every message: most names occur once or not at all.
                if (named.size() == 1) {
                    named = new ArrayList<>(named);
                }
                if (named.isEmpty()) {
                    named = List.of(field);
                } else {
                    named.add(field);
                }
            }
        }
        return named;
    }

    /** The values of a name, given in lower case, in their order. */
    List<String> values(String name) {
        List<Field> named = fields(name);
        List<String> values = new ArrayList<>(named.size());
        for (Field field : named) {
            values.add(text(field.valueStart(), field.valueEnd()));
        }
        return values;
    }

    /** The elements of all comma-separated values of a name, in lower case. */
    List<String> elements(String name) {
        List<String> elements = new ArrayList<>();
        for (String value : values(name)) {
            for (String element : value.split(",", -1)) {
                elements.add(element.strip().toLowerCase(Locale.ROOT));
            }
        }
        return elements;
    }

    private Field parseField(int start) throws HttpViolation {
        int lineEnd = endOfLine(start);
        if (bytes[start] == ' ' || bytes[start] == '\t') {
            throw HttpViolation.bad("a header is continued on a second line");
        }
        int colon = start;
        while (colon < lineEnd && Characters.isToken(bytes[colon])) {
            colon++;
        }
        if (colon == lineEnd || bytes[colon] != ':' || colon == start) {
            throw HttpViolation.bad("a header's name is not followed by a colon, is empty or holds an illegal character");
        }
        int valueStart = colon + 1;
        int valueEnd = lineEnd;
        while (valueStart < valueEnd && isBlank(bytes[valueStart])) {
            valueStart++;
        }
        while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1])) {
            valueEnd--;
        }
        return new Field(start, colon, valueStart, valueEnd, lineEnd + 2);
    }

    /** Whether a field has a name, given in lower case. */
    boolean isNamed(Field field, String name) {
        if (field.nameEnd() - field.lineStart() != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            int c = bytes[field.lineStart() + i];
            int lower = c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
            if (lower != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int endOfLine(int from) {
        int at = from;
        while (bytes[at] != '\r') {
            at++;
        }
        return at;
    }

    /** Some of its bytes as text. */
    String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static boolean isBlank(byte c) {
        return c == ' ' || c == '\t';
    }
}
