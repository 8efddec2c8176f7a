package io.ngrokd.daemon.differential;

import io.ngrokd.daemon.differential.Scenario.Exchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Makes valid scenarios; the same ones for the same seed. */
final class Grammar {

    private static final List<String> METHODS = List.of("GET", "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE",
            "PROPFIND", "M-SEARCH", "get", "X!#$%&'*+.^_`|~1");
    private static final List<String> PATHS = List.of("/", "/a/b?c=d&e=%20", "//x", "/a/../b/./c", "/%2e%2E/%00", "/?", "/a;b=c/d", "/http://x/",
            "/" + "x".repeat(6000), "/\u00e4", "/*", "/:80@x");
    private static final List<String> HOSTS = List.of("diff.demo", "DIFF.demo:80", "other.example", "127.0.0.1:8080", "[::1]:80", "");
    private static final List<String> FIELDS = List.of("X-A: b", "x-empty:", "X-Blanks:\t a  b \t", "X-Tab: a\tb", "X-High: \u00ff\u0080",
            "Cookie: a=b; c=\"d,e\"", "Cookie: second", "Accept: */*;q=0.1, text/html", "Accept-Encoding: gzip, br", "Via: 1.1 somebody",
            "X-Forwarded-For: 192.0.2.1", "Forwarded: for=192.0.2.1;proto=https", "Authorization: Basic YTpi", "Cache-Control: no-cache",
            "Upgrade-Insecure-Requests: 1", "X-Long: " + "y".repeat(20_000), "If-None-Match: \"x\", W/\"y\"", "Range: bytes=0-5,7-",
            "!#$%&'*+-.^_`|~1: token", "X_Under: score", "Transfer_Encoding: chunked", "X-Quoted: \"a\\\"b\"", "Max-Forwards: 3",
            "Sec-Fetch-Site: none", "Origin: null", "Content-Type: text/plain; charset=\"utf-8\"");
    private static final List<String> ANSWER_FIELDS = List.of("Server: x", "Set-Cookie: a=b; Path=/", "Set-Cookie: c=d", "set-cookie: e",
            "Date: Thu, 01 Jan 1970 00:00:00 GMT", "X-Empty:", "x-blanks:\t a  b \t", "X-High: \u00ff", "Vary: *", "ETag: W/\"1\"",
            "Location: http://diff.demo/elsewhere", "X-Long: " + "z".repeat(15_000), "WWW-Authenticate: Basic realm=\"a, b\"",
            "Content-Encoding: gzip", "Alt-Svc: h3=\":443\"", "Strict-Transport-Security: max-age=1", "X-Ngrokd-Error: of the backend's own");
    private static final List<String> STATUSES = List.of("200 OK", "200 OK", "200 ", "201 Created", "206 Partial Content", "299 Very \u00e4 fine: 1",
            "301 Moved Permanently", "404 Not Found", "418 I'm a teapot", "500 Internal Server Error", "503 Service Unavailable", "599 ");

    private final Random random;

    Grammar(long seed) {
        random = new Random(seed);
    }

    List<Scenario> scenarios(int count) {
        List<Scenario> scenarios = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            scenarios.add(switch (number % 8) {
                case 0 -> new Scenario(number, series(number, 2 + random.nextInt(3)), true);
                case 1 -> new Scenario(number, series(number, 2 + random.nextInt(3)), false);
                case 2 -> new Scenario(number, List.of(expecting(number + ".0")), false);
                case 3 -> new Scenario(number, List.of(old(number + ".0")), false);
                case 4 -> new Scenario(number, List.of(random.nextBoolean() ? upgrade(number + ".0") : ordinary(number + ".0", true)), false);
                default -> new Scenario(number, List.of(ordinary(number + ".0", true)), false);
            });
        }
        return scenarios;
    }

    private List<Exchange> series(int number, int length) {
        List<Exchange> exchanges = new ArrayList<>();
        for (int index = 0; index < length; index++) {
            exchanges.add(ordinary(number + "." + index, index == length - 1));
        }
        return exchanges;
    }

    private Exchange ordinary(String id, boolean mayBeLast) {
        String method = any(METHODS);
        List<String> fields = fields(id);
        boolean last = mayBeLast && chance(4);
        boolean closing = last && chance(2);
        connection(fields, closing ? "close" : "");
        String body = method.equals("TRACE") ? "" : body(fields);
        boolean untilClose = last && !closing;
        return new Exchange(head(method, "HTTP/1.1", fields), body, false, answers(method, true, untilClose), last);
    }

    /** The body waits for 100, or does not although it says so. */
    private Exchange expecting(String id) {
        List<String> fields = fields(id);
        connection(fields, "");
        fields.add("Expect: 100-" + any(List.of("continue", "Continue")));
        String data = data(1 + random.nextInt(3000));
        boolean chunked = chance(2);
        fields.add(chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + data.length());
        boolean waits = chance(2);
        List<String> answers = new ArrayList<>(List.of("HTTP/1.1 100 Continue\r\n" + (chance(2) ? "X-Interim: 1\r\n" : "") + "\r\n"));
        answers.addAll(answers("PUT", true, false));
        return new Exchange(head("PUT", "HTTP/1.1", fields), chunked ? chunks(data) : data, waits, answers, false);
    }

    /** HTTP/1.0. */
    private Exchange old(String id) {
        List<String> fields = fields(id);
        boolean stays = chance(2);
        connection(fields, stays ? any(List.of("keep-alive", "Keep-Alive")) : "");
        if (chance(2)) {
            fields.removeIf(field -> Message.nameOf(field).equals("host"));
        }
        String body = "";
        String method = any(List.of("GET", "HEAD", "POST"));
        if (method.equals("POST")) {
            body = data(random.nextInt(500));
            fields.add("Content-Length: " + body.length());
        }
        String answer = any(List.of("HTTP/1.0 200 OK\r\n", "HTTP/1.1 200 OK\r\n"));
        String data = data(random.nextInt(500));
        String answerBody = method.equals("HEAD") ? "" : data;
        answer += stays ? "Connection: keep-alive\r\nContent-Length: " + data.length() + "\r\n\r\n"
                : chance(2) ? "Content-Length: " + data.length() + "\r\n\r\n" : "\r\n";
        return new Exchange(head(method, "HTTP/1.0", fields), body, false, List.of(answer + answerBody), !stays);
    }

    private Exchange upgrade(String id) {
        List<String> fields = fields(id);
        fields.add(any(List.of("Connection: Upgrade", "connection: keep-alive, upgrade")));
        fields.add(any(List.of("Upgrade: websocket", "Upgrade: echo/2, other")));
        List<String> answers = interims();
        answers.add("HTTP/1.1 101 Switching\r\nUpgrade: echo\r\nConnection: upgrade\r\n\r\n");
        return new Exchange(head("GET", "HTTP/1.1", fields), "", false, answers, true);
    }

    private List<String> fields(String id) {
        List<String> fields = new ArrayList<>();
        for (int count = random.nextInt(7); count > 0; count--) {
            fields.add(any(FIELDS));
        }
        fields.add(random.nextInt(fields.size() + 1), "X-Case: " + id);
        fields.add(random.nextInt(fields.size() + 1),
                any(List.of("Host: ", "host:", "HOST:\t", "hOsT:  ")) + any(HOSTS) + any(List.of("", "", " ")));
        return fields;
    }

    private void connection(List<String> fields, String option) {
        if (!option.isEmpty()) {
            fields.add("Connection: " + option);
        } else if (chance(4)) {
            fields.add(any(List.of("Connection: keep-alive", "connection: x-hop", "Connection: Keep-Alive, X-Hop , te")));
            fields.add("X-Hop: 1");
            fields.add("TE: trailers");
        } else if (chance(6)) {
            fields.add("Keep-Alive: timeout=5, max=100");
        }
    }

    private String head(String method, String version, List<String> fields) {
        String target = any(PATHS);
        if (method.equals("OPTIONS") && chance(2)) {
            target = "*";
        } else if (chance(5) && target.indexOf('\u00e4') < 0) {
            fields.replaceAll(field -> Message.nameOf(field).equals("host") ? "Host: diff.demo" : field);
            target = any(List.of("http://diff.demo", "HTTP://Diff.Demo:80", "http://diff.demo.")) + target;
        }
        return (chance(10) ? "\r\n" : "") + method + " " + target + " " + version + "\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
    }

    private String body(List<String> fields) {
        switch (random.nextInt(4)) {
            case 0 -> {
                fields.add(any(List.of("Content-Length: 0", "content-length:0", "Content-Length: 000")));
                return "";
            }
            case 1 -> {
                String data = data(random.nextInt(chance(5) ? 100_000 : 2000));
                fields.add(any(List.of("Content-Length: ", "content-LENGTH:\t", "Content-Length: 00")) + data.length());
                return data;
            }
            case 2 -> {
                fields.add(any(List.of("Transfer-Encoding: chunked", "transfer-encoding:\tChunked ")));
                return chunks(data(random.nextInt(chance(5) ? 60_000 : 2000)));
            }
            default -> {
                return "";
            }
        }
    }

    private List<String> answers(String method, boolean interimsAllowed, boolean untilClose) {
        List<String> answers = interimsAllowed ? interims() : new ArrayList<>();
        String start = "HTTP/1.1 ";
        StringBuilder fields = new StringBuilder();
        for (int count = random.nextInt(6); count > 0; count--) {
            fields.append(any(ANSWER_FIELDS)).append("\r\n");
        }
        boolean head = method.equals("HEAD");
        String data = data(random.nextInt(chance(5) ? 100_000 : 1000));
        String end = switch (random.nextInt(7)) {
            case 0 -> start + "204 No Content\r\n" + fields + "\r\n";
            case 1 -> start + "304 Not Modified\r\n" + fields + any(List.of("", "Content-Length: 1234\r\n")) + "\r\n";
            case 2, 3 -> start + any(STATUSES) + "\r\n" + fields + "Transfer-Encoding: chunked\r\n\r\n" + (head ? "" : chunks(data));
            case 4 -> "HTTP/1.0 200 OK\r\n" + fields + (untilClose ? "" : "Connection: keep-alive\r\n")
                    + "Content-Length: " + data.length() + "\r\n\r\n" + (head ? "" : data);
            case 5 -> start + any(STATUSES) + "\r\n" + fields + "content-length: 0\r\n\r\n";
            default -> start + any(STATUSES) + "\r\n" + fields + "Content-Length: " + data.length() + "\r\n\r\n" + (head ? "" : data);
        };
        if (untilClose && !head && chance(2)) {
            end = any(List.of("HTTP/1.0 200 OK\r\n", "HTTP/1.1 200 OK\r\n")) + fields + "\r\n" + data;
        } else if (untilClose && end.startsWith("HTTP/1.1")) {
            end = end.replaceFirst("\r\n", "\r\nConnection: close\r\n");
        }
        answers.add(end);
        return answers;
    }

    private List<String> interims() {
        List<String> interims = new ArrayList<>();
        if (chance(6)) {
            interims.add("HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n");
        }
        if (chance(10)) {
            interims.add("HTTP/1.1 102 Processing\r\n\r\n");
        }
        return interims;
    }

    private String chunks(String data) {
        StringBuilder chunks = new StringBuilder();
        for (int at = 0; at < data.length();) {
            int size = Math.min(data.length() - at, 1 + random.nextInt(chance(3) ? 20 : 9000));
            String hexadecimal = chance(2) ? Integer.toHexString(size) : Integer.toHexString(size).toUpperCase(Locale.ROOT);
            chunks.append("0".repeat(chance(4) ? random.nextInt(8) : 0)).append(hexadecimal)
                    .append(any(List.of("", "", "", ";", ";a", ";a=b;c=\"d;e\"", ";\u00ff"))).append("\r\n")
                    .append(data, at, at + size).append("\r\n");
            at += size;
        }
        chunks.append(any(List.of("0", "0", "000", "0;last=1"))).append("\r\n");
        for (int count = chance(3) ? random.nextInt(4) : 0; count > 0; count--) {
            chunks.append(any(List.of("X-Sum: 1", "x-empty:", "X-High: \u00ff", "X-Long: " + "t".repeat(3000)))).append("\r\n");
        }
        return chunks.append("\r\n").toString();
    }

    /** Any bytes whatever, or ones that look like messages. */
    private String data(int length) {
        StringBuilder data = new StringBuilder();
        while (data.length() < length) {
            data.append(chance(20) ? "\r\n0\r\n\r\nGET /hidden HTTP/1.1\r\n\r\n" : String.valueOf((char) random.nextInt(256)));
        }
        data.setLength(length);
        return data.toString();
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
