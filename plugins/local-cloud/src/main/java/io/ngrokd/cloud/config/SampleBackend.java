package io.ngrokd.cloud.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The backends that are built in. */
public enum SampleBackend {
    HTTP("http"),
    HTTPS("https"),
    TLS_ECHO("tls-echo"),
    TCP_ECHO("tcp-echo"),
    QUICK_HTTP("quick-http"),
    QUICK_ECHO("quick-echo"),
    QUICK_BYTES("quick-bytes"),
    QUICK_TLS_ECHO("quick-tls-echo");

    private final String word;

    SampleBackend(String word) {
        this.word = word;
    }

    /** How it is written in cloud.yml. */
    public String word() {
        return word;
    }

    /** Whether it is answered on the ingress's own connection, for measurements: no connection to a server is opened. */
    public boolean quick() {
        return this == QUICK_HTTP || this == QUICK_ECHO || this == QUICK_BYTES || this == QUICK_TLS_ECHO;
    }

    static Optional<SampleBackend> of(String word) {
        return Arrays.stream(values()).filter(sample -> sample.word.equals(word)).findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(SampleBackend::word).toList();
    }

    static SampleBackend forScheme(String scheme) {
        return switch (scheme) {
            case "http" -> HTTP;
            case "https" -> HTTPS;
            case "tls" -> TLS_ECHO;
            default -> TCP_ECHO;
        };
    }
}
