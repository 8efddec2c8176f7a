package io.ngrokd.kernel.status;

import java.util.List;

/**
 * How other machines and this one find what is served here.
 *
 * @param addresses the addresses at which other machines may reach this one
 * @param dnsListening where the DNS server can be asked, {@code address:port}; empty when there is none
 */
public record NetworkStatus(List<String> addresses, List<String> dnsListening) {

    /** Not known yet. */
    public static final NetworkStatus UNKNOWN = new NetworkStatus(List.of(), List.of());

    public NetworkStatus {
        addresses = List.copyOf(addresses);
        dnsListening = List.copyOf(dnsListening);
    }
}
