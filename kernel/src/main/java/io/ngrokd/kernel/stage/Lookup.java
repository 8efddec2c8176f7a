package io.ngrokd.kernel.stage;

import io.ngrokd.kernel.names.DnsProbe;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/**
 * Looks up a name of ours the way every program on this machine does, to see whether the question reaches our DNS server.
 *
 * <p>A look-up cannot be broken off: one that hangs has its thread for as long as the system's resolver waits.
 */
public final class Lookup {

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(150);

    private final System system;
    private final RandomGenerator random;
    private final Duration limit;
    private final int mostTries;

    /** How names are resolved here. */
    @FunctionalInterface
    public interface System {
        InetAddress find(String name) throws IOException;
    }

    /** Asks the system's own resolver. */
    public Lookup() {
        this(InetAddress::getByName, RandomGenerator.getDefault(), LIMIT, Integer.MAX_VALUE);
    }

    /** @param mostTries names that are looked up at most, also within the limit */
    Lookup(System system, RandomGenerator random, Duration limit, int mostTries) {
        this.system = system;
        this.random = random;
        this.limit = limit;
        this.mostTries = mostTries;
    }

    /**
     * Tries new names until one is answered as our server does, or two seconds are over.
     *
     * @return why it did not reach our server; empty when it did
     */
    Optional<String> failure(DnsProbe probe) throws InterruptedException {
        long begin = java.lang.System.nanoTime();
        String last = "";
        for (int tries = 0; tries < mostTries; tries++) {
            Duration left = limit.minusNanos(java.lang.System.nanoTime() - begin);
            if (!left.isPositive()) {
                break;
            }
            String name = probe.freshName(random);
            try {
                InetAddress found = find(name).get(left.toNanos(), TimeUnit.NANOSECONDS);
                if (found.equals(probe.answer())) {
                    return Optional.empty();
                }
                last = "the system's resolver answered " + found.getHostAddress() + " for a name of ours, " + name + ", so it asked somebody else";
            } catch (ExecutionException unknown) {
                last = "the system's resolver does not find a name of ours, " + name + " (" + unknown.getCause().getMessage() + ")";
            } catch (TimeoutException slow) {
                return Optional.of("the system's resolver did not find a name of ours, " + name + ", within " + limit.toSeconds() + " s");
            }
            Thread.sleep(PAUSE);
        }
        return Optional.of(last);
    }

    /** On a thread of the system's: the call blocks one for as long as it takes. */
    private CompletableFuture<InetAddress> find(String name) {
        CompletableFuture<InetAddress> found = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("dns-probe").start(() -> {
            try {
                found.complete(system.find(name));
            } catch (IOException | RuntimeException unknown) {
                found.completeExceptionally(unknown);
            }
        });
        return found;
    }
}
