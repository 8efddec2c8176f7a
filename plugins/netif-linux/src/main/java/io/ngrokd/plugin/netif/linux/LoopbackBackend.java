package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.NetifReply;
import io.ngrokd.api.event.NetifRequest;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.spi.NetifBackend;
import io.ngrokd.api.spi.NetifContext;
import io.ngrokd.plugin.netif.linux.netlink.LinuxNetwork;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Addresses that are there already. Adds nothing, so there is nothing to remove, to journal or to undo. */
final class LoopbackBackend implements NetifBackend {

    static final String NAME = "linux-loopback";

    private final Surroundings surroundings;
    private final AddressRange range;

    LoopbackBackend(Surroundings surroundings, NetifContext context) {
        this.surroundings = surroundings;
        this.range = Ranges.loopback(context.subnet());
    }

    @Override
    public AddressRange range() {
        return range;
    }

    @Override
    public NetifReply apply(NetifRequest request) throws StageException {
        requireLoopback();
        return new NetifReply(Wishes.of(request, range).refused());
    }

    private void requireLoopback() throws StageException {
        try (LinuxNetwork network = surroundings.open()) {
            if (Loopback.find(network).isEmpty()) {
                throw new StageException(FailureCode.UNSUPPORTED, Loopback.DOWN, NAME);
            }
        } catch (IOException unusable) {
            throw Problem.network(unusable, NAME);
        }
    }

    @Override
    public void undo() {
        // Nothing was done.
    }

    @Override
    public Optional<List<Change>> plan(PlanRequest<NetifRequest> asked) throws StageException {
        if (asked.request().isPresent()) {
            requireLoopback();
        }
        return Optional.of(asked.request().map(request -> Wishes.of(request, range).refused()).orElse(Map.of()).entrySet().stream()
                .map(each -> Change.blocked(Change.ADDRESS, each.getKey().getHostAddress(), each.getValue().message())).toList());
    }

    @Override
    public String description() {
        return "loopback addresses in " + range.subnet();
    }
}
