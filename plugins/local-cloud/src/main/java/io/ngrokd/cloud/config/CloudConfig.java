package io.ngrokd.cloud.config;

import io.ngrokd.cloud.fault.FaultPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Everything that cloud.yml says.
 *
 * @param stateDirectory holds the private CA and the registered operators
 * @param certificateLifetime of the client certificates that operators get
 */
public record CloudConfig(Api api, Ingress ingress, Path stateDirectory, Duration certificateLifetime,
        List<EndpointConfig> endpoints, FaultPlan faults) {

    /** The key that is accepted when the configuration names none. */
    public static final String DEFAULT_KEY = "local-cloud-key";

    public static final Duration DEFAULT_CERTIFICATE_LIFETIME = Duration.ofDays(90);

    public CloudConfig {
        Objects.requireNonNull(api, "api");
        Objects.requireNonNull(ingress, "ingress");
        Objects.requireNonNull(stateDirectory, "stateDirectory");
        Objects.requireNonNull(certificateLifetime, "certificateLifetime");
        Objects.requireNonNull(faults, "faults");
        endpoints = List.copyOf(endpoints);
    }

    /** @param keys the API keys accepted */
    public record Api(HostPort listen, List<String> keys) {
        public static final HostPort DEFAULT_LISTEN = new HostPort("127.0.0.1", 4040);

        public Api {
            keys = List.copyOf(keys);
        }
    }

    /**
     * @param hostNames names and addresses in the server's certificate; operators are told the first one
     * @param upgradeTimeout how long a connection may stay without its ConnRequest
     * @param nativeTls whether BoringSSL and epoll are taken where they are on the class path: faster, but a connection's
     *     directions end together
     */
    public record Ingress(HostPort listen, List<String> hostNames, Duration upgradeTimeout, boolean nativeTls) {
        public static final HostPort DEFAULT_LISTEN = new HostPort("127.0.0.1", 4443);
        public static final List<String> DEFAULT_HOST_NAMES = List.of("localhost", "127.0.0.1", "::1");
        public static final Duration DEFAULT_UPGRADE_TIMEOUT = Duration.ofMinutes(2);

        public Ingress {
            hostNames = List.copyOf(hostNames);
        }

        /** With Java's TLS. */
        public Ingress(HostPort listen, List<String> hostNames, Duration upgradeTimeout) {
            this(listen, hostNames, upgradeTimeout, false);
        }
    }

    /** A cloud on free loopback ports, as tests want it. */
    public static CloudConfig onFreePorts(Path stateDirectory) {
        return new CloudConfig(new Api(new HostPort("127.0.0.1", 0), List.of(DEFAULT_KEY)),
                new Ingress(new HostPort("127.0.0.1", 0), Ingress.DEFAULT_HOST_NAMES, Ingress.DEFAULT_UPGRADE_TIMEOUT),
                stateDirectory, DEFAULT_CERTIFICATE_LIFETIME, List.of(), FaultPlan.NONE);
    }

    public CloudConfig with(List<EndpointConfig> newEndpoints) {
        return new CloudConfig(api, ingress, stateDirectory, certificateLifetime, newEndpoints, faults);
    }

    public CloudConfig with(Duration newCertificateLifetime) {
        return new CloudConfig(api, ingress, stateDirectory, newCertificateLifetime, endpoints, faults);
    }

    public CloudConfig with(Ingress newIngress) {
        return new CloudConfig(api, newIngress, stateDirectory, certificateLifetime, endpoints, faults);
    }
}
