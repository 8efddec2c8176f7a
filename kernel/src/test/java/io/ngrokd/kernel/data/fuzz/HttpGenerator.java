package io.ngrokd.kernel.data.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Makes messages that every server understands in the same way. */
public final class HttpGenerator {

    /** Worth being put in anywhere. */
    public static final List<byte[]> WORDS = List.of("Host: evil.sample\r\n", "host:x\r\n", "Content-Length: 5\r\n",
            "Content-Length: 0\r\n", "content-length:+5\r\n",
            "Transfer-Encoding: chunked\r\n", "Transfer-Encoding : chunked\r\n", "transfer-encoding:\tchunked, chunked\r\n",
            "Connection: close, Host\r\n",
            "Connection: keep-alive\r\n", "Upgrade: websocket\r\n", "\r\n", "\r\n\r\n", "\n", "\r", "\n\n", " ", "\t", "  ", ":",
            " HTTP/1.1", " HTTP/1.0", "HTTP/2.0", "GET / HTTP/1.1\r\n",
            "http://evil.sample", "http://evil.sample@", "..", ",", ", 5", "0\r\n\r\n", "5\r\nhello\r\n", "5;x=y\r\n", "\0", "\u00a0",
            "\u0085", "\u000b", "[::1]:80", "%0d%0a")
            .stream().map(HttpGenerator::bytes).toList();

    private HttpGenerator() {}

    /** A request with its body. */
    public static byte[] request(Random random) {
        boolean old = random.nextInt(6) == 0;
        String host = HelloGenerator.name(random) + (random.nextInt(4) == 0 ? ":8080" : "");
        String path = "/" + "p".repeat(random.nextInt(12)) + (random.nextBoolean() ? "?q=1&r=%20" : "");
        String target = random.nextInt(6) == 0 ? "http://" + host + path : path;
        String method = List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "M-SEARCH").get(random.nextInt(7));
        List<String> fields = fields(random);
        fields.add("Host: " + host);
        String body = body(random, fields, old);
        return message(method + " " + target + " HTTP/1." + (old ? 0 : 1), fields, body, random);
    }

    /** A response with its body. */
    public static byte[] response(Random random) {
        boolean old = random.nextInt(6) == 0;
        List<String> fields = fields(random);
        String body = body(random, fields, old);
        int status = List.of(100, 101, 200, 204, 301, 304, 404, 502, 599).get(random.nextInt(9));
        return message("HTTP/1." + (old ? 0 : 1) + " " + status + List.of("", " ", " OK", " Not \u00fc").get(random.nextInt(4)), fields,
                body, random);
    }

    private static List<String> fields(Random random) {
        List<String> fields = new ArrayList<>();
        for (int count = random.nextInt(8); count > 0; count--) {
            fields.add(List.of("Accept: */*", "X-Empty:", "Cookie: a=b; c=\"d\"", "Connection: keep-alive", "connection:close, X-Empty",
                    "User-Agent:\t fuzz \t", "X-A: \u00e9",
                    "Expect: 100-continue", "Upgrade: websocket").get(random.nextInt(9)));
        }
        return fields;
    }

    /** Adds the field that announces it. */
    private static String body(Random random, List<String> fields, boolean old) {
        int kind = random.nextInt(3);
        if (kind == 0 || kind == 2 && old) {
            return "";
        }
        StringBuilder body = new StringBuilder();
        if (kind == 1) {
            body.append("b".repeat(random.nextInt(60)));
            fields.add("Content-Length: " + body.length());
            return body.toString();
        }
        fields.add(random.nextBoolean() ? "Transfer-Encoding: chunked" : "transfer-encoding:CHUNKED");
        for (int chunks = random.nextInt(4); chunks > 0; chunks--) {
            String data = "c".repeat(1 + random.nextInt(40));
            body.append(Integer.toHexString(data.length())).append(random.nextInt(3) == 0 ? ";name=value" : "").append("\r\n").append(data)
                    .append("\r\n");
        }
        return body.append(random.nextBoolean() ? "0\r\n\r\n" : "0\r\nX-Sum: 1\r\n\r\n").toString();
    }

    private static byte[] message(String line, List<String> fields, String body, Random random) {
        Collections.shuffle(fields, random);
        return bytes(line + "\r\n" + String.join("\r\n", fields) + (fields.isEmpty() ? "" : "\r\n") + "\r\n" + body);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
