package io.ngrokd.kernel.allocate;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.kernel.reconcile.Desired;
import io.ngrokd.kernel.reconcile.Desired.Leased;
import io.ngrokd.kernel.reconcile.Place;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Gives each endpoint the address and the port that it is to be reached at. Not safe for use by several threads. */
public final class Allocator {

    private final AddressLeases addresses;
    private final PortLeases ports;

    public Allocator(AddressLeases addresses, PortLeases ports) {
        this.addresses = addresses;
        this.ports = ports;
    }

    /**
     * For trying out: begins with the leases of these files, and keeps none of those that it gives.
     *
     * @param addresses of {@link AddressLeases}
     * @param ports of {@link PortLeases}
     */
    public static Allocator dry(Path addresses, Path ports) {
        return new Allocator(AddressLeases.dry(addresses), PortLeases.dry(ports));
    }

    /**
     * What there is to give.
     *
     * @param range where virtual addresses come from; empty when nobody can make any
     * @param noRange why nobody can
     * @param startPort the first port of those that are shared and need one of their own
     */
    public record Stock(Optional<AddressRange> range, String noRange, int startPort) {}

    /**
     * The whole wanted state.
     *
     * @param places where a host is to be reached
     */
    public Desired allocate(Collection<Endpoint> endpoints, Function<String, Place> places, Stock stock) {
        return Desired.of(endpoints, places, addresses(endpoints, places, stock), ports(endpoints, places, stock));
    }

    /** An endpoint's port stays taken, and this is where it listens instead: that port is its own from now on, if it can be. */
    public boolean movePort(EndpointKey endpoint, int port) {
        return ports.move(endpoint, port);
    }

    private Leased<String, InetAddress> addresses(Collection<Endpoint> endpoints, Function<String, Place> places, Stock stock) {
        if (stock.range().isEmpty()) {
            return new Leased<>(Map.of(), new StageFailure(FailureCode.NO_PLUGIN, "no virtual addresses: " + stock.noRange()));
        }
        AddressRange range = stock.range().get();
        AddressLeases.Result leased = addresses.lease(Desired.virtualHosts(endpoints, places), range);
        return new Leased<>(leased.given(), leased.notSaved().map(failure -> notSaved("address", failure))
                .orElse(new StageFailure(FailureCode.EXHAUSTED,
                        "no address is left in " + range.subnet() + "; give net.subnet a larger range, or remove endpoints")));
    }

    private Leased<EndpointKey, Integer> ports(Collection<Endpoint> endpoints, Function<String, Place> places, Stock stock) {
        PortLeases.Result leased = ports.lease(Desired.remapped(endpoints, places), new PortLeases.Range(
                stock.startPort(), Desired.sharedPorts(endpoints, places), Desired.virtualPorts(endpoints, places)));
        return new Leased<>(leased.given(), leased.notSaved().map(failure -> notSaved("port", failure))
                .orElse(new StageFailure(FailureCode.EXHAUSTED,
                        "no port is left from net.start_port " + stock.startPort() + " upwards; set it lower, or remove endpoints")));
    }

    private static StageFailure notSaved(String what, IOException failure) {
        return new StageFailure(FailureCode.INPUT_OUTPUT, "its " + what + " could not be saved (" + failure
                + "); make room in the state folder, and let ngrokd write there");
    }
}
