package io.ngrokd.benchmark;

/** What carries the load. */
enum Contender {
    NGROKD("ngrokd"),
    /** A plain forwarder: TCP in, mutual TLS out, to the endpoint's direct port. */
    HAPROXY("haproxy"),
    /** The same with HTTP understood and connections to the far end used again. */
    HAPROXY_HTTP("haproxy-http");

    private final String word;

    Contender(String word) {
        this.word = word;
    }

    /** How it is called in the output. */
    String word() {
        return word;
    }
}
