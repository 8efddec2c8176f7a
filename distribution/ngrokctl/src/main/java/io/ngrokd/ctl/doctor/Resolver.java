package io.ngrokd.ctl.doctor;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The system's resolver, as every program here asks it. A look-up cannot be broken off: one that hangs has its thread to itself. */
public final class Resolver {

    public static final String HOP = "resolver";
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Lookup lookup;

    /** How names are found here. */
    @FunctionalInterface
    public interface Lookup {
        InetAddress[] find(String name) throws UnknownHostException;
    }

    /** Asks the system. */
    public Resolver() {
        this(InetAddress::getAllByName);
    }

    public Resolver(Lookup lookup) {
        this.lookup = lookup;
    }

    /** What it says of a name, sooner or later; the caller looks with {@link #judge}. */
    public CompletableFuture<List<InetAddress>> find(String name) {
        CompletableFuture<List<InetAddress>> found = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("lookup").start(() -> {
            try {
                found.complete(List.of(lookup.find(name)));
            } catch (UnknownHostException | RuntimeException unknown) {
                found.completeExceptionally(unknown);
            }
        });
        return found;
    }

    /**
     * Waits for an answer, and holds it against what the daemon says.
     *
     * @param address that the daemon serves the name at; 0.0.0.0 for every address of this machine
     */
    public static Hop judge(String name, CompletableFuture<List<InetAddress>> answer, String address) {
        List<InetAddress> found;
        try {
            found = answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            return Hop.failed(HOP, "this machine's resolver does not answer for " + name + " within " + LIMIT.toSeconds() + " s",
                    "One of its DNS servers is out of reach; programs wait for it as well.");
        } catch (ExecutionException | InterruptedException unknown) {
            return Hop.failed(HOP, "this machine's resolver does not find " + name,
                    "If 'hosts file' and 'DNS server' are good, look at what the system asks (on Linux /etc/nsswitch.conf: 'hosts' must begin with"
                            + " 'files'), and at its caches.");
        }
        List<String> texts = found.stream().map(InetAddress::getHostAddress).toList();
        boolean everywhere = address.equals("0.0.0.0") && found.stream().anyMatch(Resolver::isOurs);
        if (everywhere || texts.contains(address)) {
            String others = texts.stream().filter(text -> !everywhere && !text.equals(address)).collect(Collectors.joining(", "));
            return others.isEmpty() ? Hop.ok(HOP, name + " is " + String.join(", ", texts))
                    : Hop.warning(HOP, name + " is " + String.join(", ", texts) + ", of which only " + address + " is ngrokd's",
                            "Somebody else answers for this name as well: look for a further line in the hosts file, or a DNS server that has it.");
        }
        return Hop.failed(HOP, name + " is " + String.join(", ", texts) + " to this machine's programs, but ngrokd serves it at " + address,
                "Somebody else answers for this name: a line of the hosts file above ngrokd's, a cache, or a DNS server that has it.");
    }

    /** Every loopback address is, whether an interface has it or not. */
    private static boolean isOurs(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknown) {
            return false;
        }
    }

    /** Where to connect to an endpoint that is on every address: where its name leads, else this machine itself. */
    static InetAddress place(String address, CompletableFuture<List<InetAddress>> answer) throws UnknownHostException {
        if (!address.equals("0.0.0.0")) {
            return InetAddress.ofLiteral(address);
        }
        Optional<InetAddress> named = answer.isDone() && !answer.isCompletedExceptionally()
                ? answer.join().stream().filter(Resolver::isOurs).findFirst() : Optional.empty();
        return Stream.concat(named.stream(), Stream.of(InetAddress.getLoopbackAddress())).findFirst().orElseThrow();
    }
}
