package io.ngrokd.kernel;

import io.ngrokd.kernel.data.ingress.TlsEngine;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

/** What the daemon's sockets run on. */
final class Transports {

    /** The system property by which Java's own transport can be had where the system's is there: {@code nio}. */
    private static final String PROPERTY = "ngrokd.transport";

    private Transports() {}

    /**
     * A Vert.x that reads files where they are and copies nothing to a cache, on this system's own transport where there is
     * one. Nothing blocks its event loops: one for each processor is enough.
     */
    static Vertx vertx() {
        return Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(!isNioAskedFor())
                .setEventLoopPoolSize(Math.max(2, Runtime.getRuntime().availableProcessors()))
                .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    }

    /** Transport and TLS in words, with the reason where it is not the best there is. */
    static String describe(Vertx vertx) {
        String tls = TlsEngine.reason();
        return (vertx.isNativeTransportEnabled() ? nativeName() : "nio" + nioReason(vertx))
                + ", TLS by " + TlsEngine.chosen() + (tls.isEmpty() ? "" : " (" + tls + ")");
    }

    private static String nativeName() {
        return System.getProperty("os.name").startsWith("Linux") ? "epoll" : "kqueue";
    }

    private static String nioReason(Vertx vertx) {
        if (isNioAskedFor()) {
            return " (-D" + PROPERTY + "=nio)";
        }
        Throwable cause = vertx.unavailableNativeTransportCause();
        return cause == null ? "" : " (" + cause.getMessage() + ")";
    }

    private static boolean isNioAskedFor() {
        return System.getProperty(PROPERTY, "").equals("nio");
    }
}
