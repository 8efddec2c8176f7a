package io.ngrokd.api.event;

/** Addresses on the event bus. */
public final class BusAddress {

    /** {@link NetifRequest} to {@link NetifReply}. */
    public static final String STAGE_NETIF = "ngrokd.stage.netif";
    /** {@link NamesRequest} to {@link NamesReply}, answered by the hosts writer. */
    public static final String STAGE_NAMES = "ngrokd.stage.names";
    /** {@link DnsRequest} to {@link DnsReply}, answered by the DNS server. */
    public static final String STAGE_DNS = "ngrokd.stage.dns";
    /** {@link ResolverRequest} to {@link ResolverReply}, answered by the DNS strategy at work. */
    public static final String STAGE_RESOLVER = "ngrokd.stage.resolver";
    /** {@link EndpointEvent}, published. */
    public static final String EVENT_ENDPOINT = "ngrokd.event.endpoint";

    private static final String STAGE = "ngrokd.stage.";
    private static final String PLAN = "ngrokd.plan.";

    private BusAddress() {}

    /**
     * {@link PlanRequest} to {@link PlanReply}: where whoever answers at a stage's address says what it would change there.
     * {@code ngrokd.stage.netif} has {@code ngrokd.plan.netif}.
     *
     * @throws IllegalArgumentException when it is no stage's address
     */
    public static String plan(String stage) {
        if (!stage.startsWith(STAGE)) {
            throw new IllegalArgumentException(stage + " is no stage");
        }
        return PLAN + stage.substring(STAGE.length());
    }

    /**
     * The same for a backend that is not at work: one that another configuration would take, while it is asked for a plan.
     *
     * @throws IllegalArgumentException when it is no stage's address
     */
    public static String planOfCandidate(String stage) {
        return plan(stage) + ".candidate";
    }

    /** {@link ForwardRequest} to {@link ForwardReply}, one address per forwarding mode. */
    public static String stageForward(String mode) {
        return "ngrokd.stage.forward." + mode;
    }
}
