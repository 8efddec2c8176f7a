package io.ngrokd.benchmark;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The rows of the table, each a load, a rival and a goal. */
enum Row {
    DOWNLOAD("download", "download, one stream", "MiB/s", "download", Place.BYTES, 1, Contender.HAPROXY, Goal.atLeast(1.5)),
    PING_PONG("ping-pong", "64-byte ping-pong on an open tcp connection, p50", "us", "ping-pong", Place.ECHO, 1, Contender.HAPROXY,
            Goal.atMost(0.85)),
    KEEP_ALIVE("http-keep-alive", "HTTP keep-alive, 16 connections", "requests/s", "keep-alive", Place.WEB, 16, Contender.HAPROXY,
            Goal.atLeast(1.1)),
    HTTP_CONNECTIONS("http-connections", "HTTP, a connection each, 16 at a time", "requests/s", "http-connections", Place.WEB, 16,
            Contender.HAPROXY, Goal.atLeast(8)),
    HTTP_CONNECTIONS_REUSED("http-connections-reused", "the same, HAProxy with http-reuse always", "requests/s", "http-connections",
            Place.WEB, 16, Contender.HAPROXY_HTTP, Goal.atLeast(1)),
    TCP_CONNECTIONS("tcp-connections", "tcp connections, 1 byte echoed, 16 at a time", "connections/s", "tcp-connections", Place.ECHO, 16,
            Contender.HAPROXY, Goal.atLeast(1)),
    SNI_CONNECTIONS("sni-connections", "TLS connections by server name through one port, 1 byte echoed, 16 at a time", "connections/s",
            "tls-connections", Place.TLS, 16, Contender.HAPROXY, Goal.atLeast(1)),
    SNI_HELLOS("sni-hellos", "ClientHellos by server name through one port, each echoed, 16 at a time", "connections/s",
            "hello-connections", Place.HELLO, 16, Contender.HAPROXY, Goal.atLeast(1)),
    FIRST_BYTE_TCP("first-byte-tcp", "first byte of a new connection at 50 ms, tcp", "RTT", "first-byte-tcp", Place.ECHO, 9, null,
            Goal.absolute(2)),
    FIRST_BYTE_HTTP("first-byte-http", "first byte of a new connection at 50 ms, http", "RTT", "first-byte-http", Place.WEB, 9, null,
            Goal.absolute(1)),
    MEMORY("memory", "memory of 1,000 idle tcp connections (RSS)", "MiB", "hold", Place.ECHO, 1000, Contender.HAPROXY, Goal.absolute(40));

    /** What the load is aimed at. */
    enum Place {
        ECHO, BYTES, WEB,
        /** Two endpoints of one port that speak TLS. */
        TLS,
        /** Two endpoints of one port that send a ClientHello back. */
        HELLO
    }

    private final String word;
    private final String title;
    private final String unit;
    private final String load;
    private final Place place;
    private final int connections;
    private final Contender rival;
    private final Goal goal;

    Row(String word, String title, String unit, String load, Place place, int connections, Contender rival, Goal goal) {
        this.word = word;
        this.title = title;
        this.unit = unit;
        this.load = load;
        this.place = place;
        this.connections = connections;
        this.rival = rival;
        this.goal = goal;
    }

    /** How it is chosen on the command line. */
    String word() {
        return word;
    }

    String title() {
        return title;
    }

    String unit() {
        return unit;
    }

    /** The load generator's word for it. */
    String load() {
        return load;
    }

    Place place() {
        return place;
    }

    /** How many the load generator has at a time; for first bytes, how many one after the other. */
    int connections() {
        return connections;
    }

    /** Empty where the daemon is measured alone. */
    Optional<Contender> rival() {
        return Optional.ofNullable(rival);
    }

    Goal goal() {
        return goal;
    }

    /** Whether the ingress is 50 ms away. */
    boolean isDistant() {
        return this == FIRST_BYTE_TCP || this == FIRST_BYTE_HTTP;
    }

    /** Whether what is measured is the contender's memory, each time of a fresh one. */
    boolean isMemory() {
        return this == MEMORY;
    }

    static Optional<Row> of(String word) {
        return Arrays.stream(values()).filter(row -> row.word.equals(word)).findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Row::word).toList();
    }
}
