package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.NetifBackend;
import io.ngrokd.api.spi.NetifBackendFactory;
import io.ngrokd.api.spi.NetifContext;
import io.ngrokd.plugin.netif.linux.netlink.LinuxNetwork;
import java.io.IOException;
import java.util.Optional;
import org.pf4j.Extension;

/** Addresses of 127.0.0.0/8, which Linux answers for without being told: needs no privilege, reaches no other machine. */
@Extension
public final class LinuxLoopbackFactory implements NetifBackendFactory {

    private final Surroundings surroundings;

    public LinuxLoopbackFactory() {
        this(Surroundings.real());
    }

    LinuxLoopbackFactory(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public String name() {
        return LoopbackBackend.NAME;
    }

    @Override
    public int rank() {
        return 10;
    }

    @Override
    public Availability probe(NetifContext context) {
        Optional<String> unsuitable = surroundings.foreign().or(() -> context.subnet().flatMap(Ranges::unusable));
        if (unsuitable.isPresent()) {
            return Availability.no(unsuitable.get());
        }
        try (LinuxNetwork network = surroundings.open()) {
            if (Loopback.find(network).isEmpty()) {
                return Availability.no(Loopback.DOWN);
            }
        } catch (IOException unusable) {
            return Availability.no(unusable.getMessage());
        }
        Subnet subnet = Ranges.loopback(context.subnet()).subnet();
        boolean otherThanWanted = context.subnet().filter(wanted -> !wanted.equals(subnet)).isPresent();
        return Availability.yes("lo answers for " + subnet + " without privilege"
                + (otherThanWanted ? ", which stands in for the subnet " + context.subnet().get() : ""));
    }

    @Override
    public NetifBackend create(NetifContext context) {
        return new LoopbackBackend(surroundings, context);
    }
}
