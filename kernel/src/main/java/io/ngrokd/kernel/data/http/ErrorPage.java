package io.ngrokd.kernel.data.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.ngrokd.kernel.data.ingress.IngressException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an HTTP client is told when there is no answer to pass on.
 *
 * @param status of the answer
 * @param cause a short code in capitals, the same as in status, log and metrics
 * @param endpoint the endpoint asked for; empty when it did not get that far
 * @param errorCode ngrok's code, if it gave one
 * @param message what happened
 * @param advice what to do about it
 * @param served the hosts that could have been asked for instead, where the client may know them
 */
record ErrorPage(
        int status, String cause, String endpoint, Optional<String> errorCode, String message, String advice, List<String> served) {

    /** More would be no help. */
    private static final int MOST_SERVED = 100;
    /** Codes of the family ERR_NGROK_32xx say that nobody serves the endpoint at the moment. */
    private static final String OFFLINE_FAMILY = "ERR_NGROK_32";

    ErrorPage(int status, String cause, String endpoint, Optional<String> errorCode, String message, String advice) {
        this(status, cause, endpoint, errorCode, message, advice, List.of());
    }

    /** @param served what is served where it was asked, in order; empty for clients that may not know that */
    static ErrorPage misdirected(RequestHead request, HttpViolation violation, List<String> served) {
        String advice = served.isEmpty()
                ? "Check the name; whoever runs ngrokd on this machine sees with 'ngrokctl list' which ones there are."
                : "Use a name that is served here"
                + (served.size() > MOST_SERVED ? " (" + served.size() + " are, these are the first)" : "")
                + "; 'ngrokctl list' shows all endpoints.";
        return new ErrorPage(violation.status(), "UNKNOWN_HOST", request.host().map(Authority::host).orElse(""), Optional.empty(),
                violation.getMessage(), advice, served.stream().limit(MOST_SERVED).toList());
    }

    static ErrorPage refused(HttpViolation violation) {
        return new ErrorPage(
                violation.status(), "REQUEST_REFUSED", "", Optional.empty(), violation.getMessage(),
                "The request was not forwarded. Check the client, or the address it was given.");
    }

    static ErrorPage gone(RequestHead request) {
        String host = request.host().map(Authority::host).orElse("");
        return new ErrorPage(
                503, "ENDPOINT_REMOVED", host, Optional.empty(), "the endpoint is no longer forwarded on this machine",
                "Run 'ngrokctl list' to see which endpoints there are.");
    }

    static ErrorPage upstreamFailed(Destination destination, String why) {
        return new ErrorPage(
                502, "ENDPOINT_FAILED", destination.ingressRequest().toString(), Optional.empty(), why,
                "Try again. If it stays like this, look at the service behind the endpoint.");
    }

    static ErrorPage ingressFailed(Destination destination, IngressException failure) {
        return new ErrorPage(
                status(failure), failure.reason().name(), destination.ingressRequest().toString(), failure.errorCode(),
                failure.getMessage(), advice(failure));
    }

    /** The whole answer, head and body. */
    ByteBuf render(Optional<RequestHead> request) {
        List<String> accept = request.map(head -> head.head().elements("accept")).orElse(List.of());
        boolean head = request.map(RequestHead::method).filter("HEAD"::equals).isPresent();
        AnswerFormat format = AnswerFormat.preferredBy(accept);
        byte[] body = body(format).getBytes(StandardCharsets.UTF_8);
        String lines = "HTTP/1.1 " + status + " " + phrase() + "\r\n"
                + "Content-Type: " + format.contentType() + "\r\n"
                + "Content-Length: " + body.length + "\r\n"
                + "Cache-Control: no-store\r\n"
                + "X-Ngrokd-Error: " + cause + "\r\n"
                + (status == 405 ? "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n" : "")
                + "Connection: close\r\n\r\n";
        ByteBuf start = Unpooled.copiedBuffer(lines, StandardCharsets.US_ASCII);
        return head ? start : Unpooled.wrappedBuffer(start, Unpooled.wrappedBuffer(body));
    }

    private String body(AnswerFormat format) {
        return switch (format) {
            case TEXT -> text();
            case JSON -> json();
            case HTML -> ErrorHtml.render(this);
        };
    }

    String phrase() {
        return switch (status) {
            case 400 -> "Bad Request";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 414 -> "URI Too Long";
            case 421 -> "Misdirected Request";
            case 431 -> "Request Header Fields Too Large";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            default -> "Error";
        };
    }

    private String text() {
        return "ngrokd: " + status + " " + phrase() + "\n"
                + (endpoint.isEmpty() ? "" : "endpoint: " + oneLine(endpoint) + "\n")
                + "cause:    " + cause + errorCode.map(code -> " (" + oneLine(code) + ")").orElse("") + "\n"
                + "what:     " + oneLine(message) + "\n"
                + "do:       " + advice + "\n"
                + (served.isEmpty() ? "" : "served:   " + String.join("\n          ", served) + "\n");
    }

    private String json() {
        return "{\"error\":" + quoted(cause) + ",\"status\":" + status
                + (endpoint.isEmpty() ? "" : ",\"endpoint\":" + quoted(endpoint))
                + errorCode.map(code -> ",\"error_code\":" + quoted(code)).orElse("")
                + ",\"message\":" + quoted(message) + ",\"advice\":" + quoted(advice)
                + (served.isEmpty() ? "" : served.stream().map(ErrorPage::quoted).collect(Collectors.joining(",", ",\"served\":[", "]")))
                + "}\n";
    }

    private static int status(IngressException failure) {
        return switch (failure.reason()) {
            case TIMEOUT -> 504;
            case UPGRADE_REFUSED -> isOffline(failure) ? 503 : 502;
            case UNREACHABLE, TLS_UNTRUSTED, CERTIFICATE_REFUSED, CERTIFICATE_MISSING, PROTOCOL -> 502;
        };
    }

    private static boolean isOffline(IngressException failure) {
        return failure.errorCode().filter(code -> code.startsWith(OFFLINE_FAMILY)).isPresent();
    }

    private static String advice(IngressException failure) {
        return switch (failure.reason()) {
            case UNREACHABLE, TIMEOUT ->
                "Check this machine's network and whether a firewall lets it out to the ingress.";
            case TLS_UNTRUSTED ->
                "Check that the ingress's CA certificate is installed, and that nothing intercepts TLS on the way.";
            case CERTIFICATE_REFUSED, CERTIFICATE_MISSING ->
                "Run 'ngrokctl status'; the daemon registers again by itself once its API key is valid.";
            case UPGRADE_REFUSED -> isOffline(failure)
                    ? "Start the service or agent that serves this endpoint, then try again."
                    : "Look the code up at https://ngrok.com/docs/errors, and check that the endpoint is bound to this machine.";
            case PROTOCOL -> "Check that the configured ingress address is an ngrok ingress.";
        };
    }

    private static String oneLine(String text) {
        return text.replaceAll("[\\r\\n]+", " ");
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
