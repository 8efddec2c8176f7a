package io.ngrokd.daemon.differential;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A request or an answer as it came, byte for byte; each character is a byte.
 *
 * @param start the first line
 * @param fields the other lines of the head
 * @param body everything behind the head: data, or chunks with their sizes, extensions and trailers
 */
record Message(String start, List<String> fields, String body) {

    /** How much more a head may hold than anything that is sent here. */
    private static final int LONGEST_LINE = 100_000;

    Message {
        fields = List.copyOf(fields);
    }

    /** The head of the next request; empty when the connection ends before it. */
    static Optional<Message> requestHead(InputStream in) throws IOException {
        return head(in);
    }

    /** The request whose head was read, with its body. */
    static Message requestBody(Message head, InputStream in) throws IOException {
        return head.withBody(head.announcedBody(in));
    }

    /** The next answer to a request of this method, interim ones included; empty when the connection ends before it. */
    static Optional<Message> answer(InputStream in, String method) throws IOException {
        Optional<Message> head = head(in);
        if (head.isEmpty()) {
            return head;
        }
        Message answer = head.get();
        int status = answer.status();
        if (status < 200 || status == 204 || status == 304 || method.equals("HEAD")) {
            return head;
        }
        String body = answer.endsWithConnection()
                ? new String(in.readAllBytes(), StandardCharsets.ISO_8859_1) : answer.announcedBody(in);
        return Optional.of(answer.withBody(body));
    }

    /** Of an answer. */
    int status() {
        return Integer.parseInt(start.substring(9, 12));
    }

    /** Whether an answer's body is everything until its connection ends. */
    boolean endsWithConnection() {
        return value("content-length").isEmpty() && value("transfer-encoding").isEmpty();
    }

    /** The value of the first field of a name, given in lower case. */
    Optional<String> value(String name) {
        return fields.stream().filter(field -> nameOf(field).equals(name)).findFirst()
                .map(field -> field.substring(field.indexOf(':') + 1).strip());
    }

    /** The elements of all comma-separated values of a name, in lower case. */
    List<String> elements(String name) {
        return fields.stream().filter(field -> nameOf(field).equals(name))
                .flatMap(field -> Stream.of(field.substring(field.indexOf(':') + 1).split(",")))
                .map(element -> element.strip().toLowerCase(Locale.ROOT)).toList();
    }

    static String nameOf(String field) {
        return field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT);
    }

    Message withStart(String other) {
        return new Message(other, fields, body);
    }

    Message withFields(List<String> others) {
        return new Message(start, others, body);
    }

    Message withBody(String other) {
        return new Message(start, fields, other);
    }

    private static Optional<Message> head(InputStream in) throws IOException {
        String start = line(in);
        if (start == null) {
            return Optional.empty();
        }
        if (start.isEmpty()) {
            return head(in);
        }
        List<String> fields = new ArrayList<>();
        for (String line = more(in); !line.isEmpty(); line = more(in)) {
            fields.add(line);
        }
        return Optional.of(new Message(start, fields, ""));
    }

    private String announcedBody(InputStream in) throws IOException {
        if (value("transfer-encoding").isPresent()) {
            return chunks(in);
        }
        Optional<String> length = value("content-length");
        return length.isEmpty() ? "" : data(in, Integer.parseInt(length.get()));
    }

    private static String chunks(InputStream in) throws IOException {
        StringBuilder raw = new StringBuilder();
        int size;
        do {
            String line = more(in);
            raw.append(line).append("\r\n");
            size = Integer.parseInt(line.split(";")[0], 16);
            if (size > 0) {
                raw.append(data(in, size)).append(more(in)).append("\r\n");
            }
        } while (size > 0);
        String trailer;
        do {
            trailer = more(in);
            raw.append(trailer).append("\r\n");
        } while (!trailer.isEmpty());
        return raw.toString();
    }

    private static String data(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("a body of " + length + " bytes breaks off after " + bytes.length);
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String more(InputStream in) throws IOException {
        String line = line(in);
        if (line == null) {
            throw new EOFException("a message breaks off");
        }
        return line;
    }

    /** A line without its CRLF; null at the end. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                if (line.size() == 0) {
                    return null;
                }
                throw new EOFException("a line breaks off: " + line);
            }
            line.write(c);
            if (line.size() > LONGEST_LINE) {
                throw new IOException("an endless line");
            }
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\r")) {
            throw new IOException("a line ends with LF alone: " + text);
        }
        return text.substring(0, text.length() - 1);
    }
}
