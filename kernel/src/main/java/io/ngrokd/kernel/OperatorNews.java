package io.ngrokd.kernel;

import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.config.HostPort;
import io.ngrokd.kernel.ngrok.ApiAccess;
import io.ngrokd.kernel.ngrok.ApiException;
import io.ngrokd.kernel.ngrok.NgrokApi;
import io.ngrokd.kernel.ngrok.Operator;
import io.ngrokd.kernel.ngrok.OperatorSettings;
import io.ngrokd.kernel.status.StatusBoard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is said between us and ngrok beside certificates: we tell it the selectors, description and metadata of the config
 * when they differ from what it knows, it tells us where the ingress is.
 */
final class OperatorNews {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorNews.class);
    private static final String WARNING = "registration";

    private final NgrokApi api;
    private final StatusBoard board;
    private final DefaultSettings defaults;
    private volatile DaemonConfig config;
    private volatile Told told;
    private volatile HostPort operatorIngress;

    /** What ngrok was told, and with which access: with another one it may be another ngrok. */
    private record Told(ApiAccess access, OperatorSettings settings) {}

    OperatorNews(DaemonConfig config, NgrokApi api, StatusBoard board, DefaultSettings defaults) {
        this.config = config;
        this.api = api;
        this.board = board;
        this.defaults = defaults;
    }

    void reconfigure(DaemonConfig changed) {
        config = changed;
    }

    /** What the config says of us. */
    OperatorSettings settings() {
        return defaults.completedBy(config.registration(), config.boundEndpoints().selectors());
    }

    /** Whether there is nothing to tell. */
    boolean isTold(ApiAccess access) {
        return new Told(access, settings()).equals(told);
    }

    /** A registration told these; what else there is the next {@link #tell} tells. */
    void registered(ApiAccess access, OperatorSettings settings, String ingressEndpoint) {
        told = new Told(access, settings);
        hear(ingressEndpoint);
        board.clearWarning(WARNING);
    }

    /** Tells ngrok what it does not know, and hears where the ingress is. When it does not answer, the next turn tries again. */
    void tell(String operatorId, ApiAccess access) {
        Told now = new Told(access, settings());
        try {
            Operator operator = api.operator(operatorId);
            hear(operator.ingressEndpoint());
            board.clearWarning(WARNING);
            if (now.settings().differsFrom(operator.settings())) {
                change(operator, now.settings());
            }
            told = now;
        } catch (ApiException notAnswered) {
            LOG.debug("The operator could not be asked for or changed. cause={}", notAnswered.getMessage());
        }
    }

    private void change(Operator operator, OperatorSettings settings) throws ApiException {
        try {
            api.change(operator.id(), operator.settings(), settings);
            LOG.info("ngrok was told what the config says of us. operator={} selectors={}", operator.id(), settings.selectors());
        } catch (ApiException refused) {
            board.warn(WARNING, "ngrok did not take the changed selectors, description or metadata, its old ones count: "
                    + refused.messageWithAdvice());
            LOG.warn("ngrok did not take what the config says of us; its old selectors, description and metadata count. operator={} cause={}",
                    operator.id(), refused.getMessage());
            if (refused.isOutcomeUnknown() || refused.retryAfter().isPresent()) {
                throw refused;
            }
        }
    }

    /** Where connections go: what the config says, else what ngrok said, else what ngrok's documentation says. */
    HostPort ingress() {
        HostPort heard = operatorIngress;
        return config.ingressEndpoint().orElse(heard == null ? DaemonConfig.DEFAULT_INGRESS : heard);
    }

    /** Where the ingress was when ngrok was last heard. */
    void remember(String ingressEndpoint) {
        if (operatorIngress == null && config.ingressEndpoint().isEmpty()) {
            hear(ingressEndpoint);
        }
    }

    private void hear(String ingressEndpoint) {
        try {
            operatorIngress = ingressEndpoint.isEmpty() ? null : HostPort.parse(ingressEndpoint, 443);
        } catch (IllegalArgumentException odd) {
            LOG.warn("The operator's ingress_endpoint is of no use and is ignored. value={}", ingressEndpoint);
            operatorIngress = null;
        }
    }
}
