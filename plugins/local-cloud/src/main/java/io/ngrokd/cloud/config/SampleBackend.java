package io.ngrokd.cloud.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The backends that are built in. */
public enum SampleBackend {
    HTTP("http"),
    HTTPS("https"),
    TLS_ECHO("tls-echo"),
    TCP_ECHO("tcp-echo");

    private final String word;

    SampleBackend(String word) {
        this.word = word;
    }

    /** How it is written in cloud.yml. */
    public String word() {
        return word;
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
