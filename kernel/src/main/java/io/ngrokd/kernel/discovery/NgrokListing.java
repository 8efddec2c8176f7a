package io.ngrokd.kernel.discovery;

import io.ngrokd.kernel.ngrok.ApiException;
import io.ngrokd.kernel.ngrok.NgrokApi;
import io.ngrokd.kernel.ngrok.RemoteEndpoint;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks ngrok's API what is bound to our operator. */
public final class NgrokListing {

    private static final Logger LOG = LoggerFactory.getLogger(NgrokListing.class);
    private static final String BINDING = "kubernetes";

    private final NgrokApi api;

    public NgrokListing(NgrokApi api) {
        this.api = api;
    }

    /**
     * The complete listing. {@code bound_endpoints} has been seen to list endpoints that no longer exist, so each must
     * also stand in the account's own list; when only that second list fails, the first is taken as it is.
     */
    public List<RemoteEndpoint> fetch(String operatorId) throws ApiException {
        List<RemoteEndpoint> bound = api.boundEndpoints(operatorId);
        if (bound.isEmpty()) {
            return bound;
        }
        Set<String> existing = new HashSet<>();
        try {
            for (RemoteEndpoint endpoint : api.endpoints()) {
                if (endpoint.bindings().contains(BINDING)) {
                    existing.add(endpoint.id());
                }
            }
        } catch (ApiException notListed) {
            LOG.warn("The account's endpoints could not be listed; the bound ones are taken as they are. cause={}", notListed.getMessage());
            return bound;
        }
        return bound.stream().filter(endpoint -> existing.contains(endpoint.id())).toList();
    }
}
