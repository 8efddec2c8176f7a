package io.ngrokd.daemon;

import io.ngrokd.cloud.LocalCloud;
import io.ngrokd.cloud.config.CloudConfig;
import io.ngrokd.cloud.config.Destination;
import io.ngrokd.cloud.config.EndpointConfig;
import io.ngrokd.cloud.config.EndpointUrl;
import io.ngrokd.cloud.config.HostPort;
import io.ngrokd.cloud.config.SampleBackend;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * A local cloud that lists hosts which its config file would not let pass. A program, so that it can run on a {@link
 * Machine}: the first argument is its folder, the others are hosts of http endpoints, with Java's escapes.
 */
final class OddCloud {

    private OddCloud() {}

    public static void main(String[] arguments) throws Exception {
        List<EndpointConfig> endpoints = Stream.of(arguments).skip(1)
                .map(host -> new EndpointConfig(new EndpointUrl("http", host.translateEscapes(), 80), new Destination.Sample(SampleBackend.HTTP),
                        Optional.empty(), "", "", List.of("kubernetes"), false, false, Optional.empty()))
                .toList();
        CloudConfig free = CloudConfig.onFreePorts(Path.of(arguments[0]));
        CloudConfig fixed = new CloudConfig(new CloudConfig.Api(new HostPort("127.0.0.1", 4040), List.of(Cloud.KEY)),
                new CloudConfig.Ingress(new HostPort("127.0.0.1", Cloud.INGRESS_PORT), List.of("localhost"), free.ingress().upgradeTimeout()),
                free.stateDirectory(), free.certificateLifetime(), endpoints, free.faults());
        try (LocalCloud cloud = LocalCloud.start(fixed)) {
            System.out.println("up at " + cloud.apiUrl());
            new CountDownLatch(1).await();
        }
    }
}
