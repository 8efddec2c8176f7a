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

/** Marked addresses on {@code lo}, for kernels that make no interfaces. */
@Extension
public final class LinuxLoFactory implements NetifBackendFactory {

    private final Surroundings surroundings;

    public LinuxLoFactory() {
        this(Surroundings.real());
    }

    LinuxLoFactory(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public String name() {
        return LoBackend.NAME;
    }

    @Override
    public int rank() {
        return 80;
    }

    @Override
    public Availability probe(NetifContext context) {
        Optional<String> unsuitable = surroundings.foreign().or(() -> context.subnet().flatMap(Ranges::unusableOnInterface));
        if (unsuitable.isPresent()) {
            return Availability.no(unsuitable.get());
        }
        try (LinuxNetwork network = surroundings.open()) {
            if (!network.mayChange()) {
                return Availability.no("no privilege to add addresses, which takes root or CAP_NET_ADMIN (EPERM)");
            }
            if (Loopback.find(network).isEmpty()) {
                return Availability.no(Loopback.DOWN);
            }
            Subnet subnet = Ranges.onInterface(context.subnet()).subnet();
            String note = Overlaps.find(network, subnet, Loopback.NAME, address -> false).note();
            return Availability.yes("lo is up and we may add addresses" + note);
        } catch (IOException unusable) {
            return Availability.no(unusable.getMessage());
        }
    }

    @Override
    public NetifBackend create(NetifContext context) {
        return new LoBackend(surroundings, context);
    }
}
