package io.ngrokd.benchmark;

import io.ngrokd.benchmark.load.Names;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files that the programs read. The same endpoints for all: an echo, bytes without end, a small web server. */
final class Configurations {

    static final String KEY = "local-cloud-key";
    static final int INGRESS_PORT = 4443;
    static final int DISTANT_PORT = 4543;
    private static final int DIRECT_PORT = 4450;
    private static final int HAPROXY_PORT = 7100;
    private static final int HAPROXY_HTTP_PORT = 7110;
    private static final int SHARED_PORT = 8440;
    private static final int SNI_DIRECT_PORT = 4460;

    private Configurations() {}

    /** Where a contender serves an endpoint. */
    static LoadGenerator.Address address(Contender contender, Row.Place place) {
        return switch (contender) {
            case NGROKD -> switch (place) {
                case ECHO -> new LoadGenerator.Address("echo.bench", 7000);
                case BYTES -> new LoadGenerator.Address("bytes.bench", 7001);
                case WEB -> new LoadGenerator.Address("web.bench", 80);
                case TLS, HELLO -> new LoadGenerator.Address("127.0.0.1", SHARED_PORT + place.ordinal());
            };
            case HAPROXY -> new LoadGenerator.Address("127.0.0.1", haproxy(place));
            case HAPROXY_HTTP -> new LoadGenerator.Address("127.0.0.1", HAPROXY_HTTP_PORT);
        };
    }

    static String cloud() {
        return """
                api: {listen: "127.0.0.1:4040", keys: [%s]}
                ingress: {listen: "127.0.0.1:%d", host_names: [localhost], native_tls: true}
                state_dir: state
                endpoints:
                  - {url: "tcp://echo.bench:7000", backend: quick-echo, direct: "127.0.0.1:%d"}
                  - {url: "tcp://bytes.bench:7001", backend: quick-bytes, direct: "127.0.0.1:%d"}
                  - {url: "http://web.bench", backend: quick-http, direct: "127.0.0.1:%d"}
                """.formatted(KEY, INGRESS_PORT, direct(Row.Place.ECHO), direct(Row.Place.BYTES), direct(Row.Place.WEB))
                + shared(Row.Place.TLS, "quick-tls-echo") + shared(Row.Place.HELLO, "quick-echo");
    }

    private static String shared(Row.Place place, String backend) {
        StringBuilder text = new StringBuilder();
        for (String name : names(place)) {
            text.append("  - {url: \"tls://%s:%d\", backend: %s, direct: \"127.0.0.1:%d\"}%n".formatted(
                    name, SHARED_PORT + place.ordinal(), backend, direct(place, name)));
        }
        return text.toString();
    }

    private static List<String> names(Row.Place place) {
        return place == Row.Place.TLS ? Names.TLS : Names.HELLO;
    }

    private static int direct(Row.Place place, String name) {
        return SNI_DIRECT_PORT + 2 * place.ordinal() + names(place).indexOf(name);
    }

    /** All else is as it is without a line in the file. */
    static String daemon(Path folder, Path authority, int ingressPort) {
        return """
                api: {url: "http://127.0.0.1:4040"}
                ingressEndpoint: "localhost:%d"
                server:
                  socket_path: "%s"
                  client_cert: "%s"
                  client_key: "%s"
                  ingress_ca: "%s"
                net:
                  overrides: {%s}
                """.formatted(ingressPort, folder.resolve("ngrokd.sock"), folder.resolve("state/tls.crt"),
                folder.resolve("state/tls.key"), authority, Stream.concat(Names.TLS.stream(), Names.HELLO.stream())
                        .map("\"%s\": 127.0.0.1"::formatted).collect(Collectors.joining(", ")));
    }

    /**
     * Threads, buffers, session reuse: as HAProxy has them by itself. The cipher is the one that ngrok's ingress, a Go
     * program, chooses; ours follows the client, and HAProxy would ask for a dearer one first.
     */
    static String haproxy(Path certificateAndKey, Path authority) {
        String server = "server cloud 127.0.0.1:%d ssl verify required ca-file " + authority + " crt " + certificateAndKey
                + " sni str(localhost) verifyhost localhost ciphersuites TLS_AES_128_GCM_SHA256\n";
        StringBuilder text = new StringBuilder("""
                global
                    maxconn 4000
                defaults
                    mode tcp
                    timeout connect 10s
                    timeout client 1h
                    timeout server 1h
                """);
        for (Row.Place place : List.of(Row.Place.TLS, Row.Place.HELLO)) {
            text.append("frontend ").append(place).append("\n    bind 127.0.0.1:").append(haproxy(place))
                    .append("\n    tcp-request inspect-delay 5s\n    tcp-request content accept if { req.ssl_hello_type 1 }\n");
            names(place).forEach(name -> text.append("    use_backend %1$s if { req.ssl_sni -i %1$s }%n".formatted(name)));
            names(place).forEach(name -> text.append("backend %s%n    ".formatted(name)).append(server.formatted(direct(place, name))));
        }
        for (Row.Place place : List.of(Row.Place.ECHO, Row.Place.BYTES, Row.Place.WEB)) {
            text.append("listen ").append(place).append("\n    bind 127.0.0.1:").append(haproxy(place))
                    .append("\n    ").append(server.formatted(direct(place)));
        }
        return text.append("listen REUSED\n    mode http\n    http-reuse always\n    bind 127.0.0.1:").append(HAPROXY_HTTP_PORT)
                .append("\n    ").append(server.formatted(direct(Row.Place.WEB))).toString();
    }

    private static int haproxy(Row.Place place) {
        return HAPROXY_PORT + place.ordinal();
    }

    private static int direct(Row.Place place) {
        return DIRECT_PORT + place.ordinal();
    }
}
