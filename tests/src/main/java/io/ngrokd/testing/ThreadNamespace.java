package io.ngrokd.testing;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Assumptions;

/**
 * A thread with a network and mounts of its own: sockets that it opens (netlink's too) and processes that it starts
 * belong there, and the machine's interfaces are out of reach. {@code lo} is up, as on any machine; there is nothing
 * else. Mounts made there are seen there only.
 *
 * <p>Event loops and other threads stay in the machine's namespace: work that is to be inside is handed to {@link
 * #run}. {@link java.net.NetworkInterface} is of no use here: it reads {@code /proc/net}, which is the process's and not
 * the thread's. Ask {@code ip}.
 */
public final class ThreadNamespace implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final ExecutorService thread;

    private ThreadNamespace(ExecutorService thread) {
        this.thread = thread;
    }

    /** Work that may throw anything, as a test does. */
    @FunctionalInterface
    public interface Body {
        void run() throws Throwable;
    }

    /** Makes one; aborts the test, with the reason, where that is not allowed. */
    public static ThreadNamespace open() throws InterruptedException {
        ThreadNamespace namespace = new ThreadNamespace(
                Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("own-namespace").factory()));
        boolean entered = false;
        try {
            namespace.enter();
            entered = true;
            return namespace;
        } finally {
            if (!entered) {
                namespace.close();
            }
        }
    }

    /** Runs something inside and waits for it; what it throws comes out as it is. */
    public void run(Body body) throws Throwable {
        CompletableFuture<Void> done = new CompletableFuture<>();
        thread.execute(() -> {
            try {
                body.run();
                done.complete(null);
            } catch (Throwable thrown) {
                done.completeExceptionally(thrown);
            }
        });
        try {
            done.get();
        } catch (ExecutionException failed) {
            throw failed.getCause();
        }
    }

    /** Ends the thread, and with it the namespaces. */
    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void enter() throws InterruptedException {
        Assumptions.assumeTrue(System.getProperty("os.name").equals("Linux"), "namespaces are a thing of Linux");
        Assumptions.assumeTrue(Commands.find("ip").isPresent(), "'ip' is not installed (package iproute2)");
        try {
            run(() -> {
                Optional<String> refused = NativeNamespaces.unshareNetworkAndMounts();
                Assumptions.assumeTrue(refused.isEmpty(), () -> refused.orElse(""));
                Commands.run(List.of("ip", "link", "set", "lo", "up"), LIMIT).orThrow();
            });
        } catch (RuntimeException | Error | InterruptedException passedOn) {
            throw passedOn;
        } catch (Throwable failed) {
            throw new IllegalStateException("the namespace could not be set up", failed);
        }
    }
}
