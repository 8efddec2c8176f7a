package io.ngrokd.kernel.status;

import io.ngrokd.api.endpoint.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * How an endpoint fares.
 *
 * @param endpoint which
 * @param state how it is
 * @param listenInterface what the config says for its host: {@code virtual}, an address or an interface name
 * @param address the address it has, or is to have; empty when it got none
 * @param bound where it accepts connections; empty when nowhere
 * @param reasons why it is not ready, or what else a user should know; sentences
 */
public record EndpointStatus(
        Endpoint endpoint, State state, String listenInterface, Optional<InetAddress> address, Optional<InetSocketAddress> bound,
        List<String> reasons) {

    /** The states of an endpoint. */
    public enum State { READY, DEGRADED }

    public EndpointStatus {
        reasons = List.copyOf(reasons);
    }
}
