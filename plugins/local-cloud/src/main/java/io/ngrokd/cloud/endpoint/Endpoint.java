package io.ngrokd.cloud.endpoint;

import io.ngrokd.cloud.config.EndpointConfig;
import io.ngrokd.cloud.config.EndpointUrl;
import java.time.Instant;

/**
 * An endpoint that exists.
 *
 * @param pooled several endpoints share its URL, or it was declared to allow that
 */
public record Endpoint(String id, EndpointConfig config, boolean pooled, Instant createdAt, Instant updatedAt) {

    public EndpointUrl url() {
        return config.url();
    }

    public boolean boundToKubernetes() {
        return config.bindings().contains("kubernetes");
    }
}
