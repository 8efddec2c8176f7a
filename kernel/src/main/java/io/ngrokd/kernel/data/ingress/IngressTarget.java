package io.ngrokd.kernel.data.ingress;

import io.netty.util.NetUtil;
import java.util.Objects;
import javax.net.ssl.SNIHostName;

/**
 * Where the ingress is.
 *
 * @param host its name: resolved, sent as SNI and checked against its certificate
 * @param port its port
 */
public record IngressTarget(String host, int port) {

    public IngressTarget {
        Objects.requireNonNull(host, "host");
        if (!isAddress(host) && !isServerName(host)) {
            throw new IllegalArgumentException("ingress host '" + host + "' is neither a DNS name nor an IP address");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("ingress port " + port + " is not in 1 to 65535");
        }
    }

    /** Whether the host is an address, for which there is no SNI. */
    boolean isAddress() {
        return isAddress(host);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }

    private static boolean isAddress(String host) {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }

    private static boolean isServerName(String host) {
        try {
            return !host.isEmpty() && !new SNIHostName(host).getAsciiName().isEmpty();
        } catch (IllegalArgumentException unsendable) {
            return false;
        }
    }
}
