package io.ngrokd.api.event;

/** Addresses on the event bus. */
public final class BusAddress {

    /** {@link NetifRequest} to {@link NetifReply}. */
    public static final String STAGE_NETIF = "ngrokd.stage.netif";
    /** {@link NamesRequest} to {@link NamesReply}, answered by the hosts writer. */
    public static final String STAGE_NAMES = "ngrokd.stage.names";
    /** {@link EndpointEvent}, published. */
    public static final String EVENT_ENDPOINT = "ngrokd.event.endpoint";

    private BusAddress() {}

    /** {@link ForwardRequest} to {@link ForwardReply}, one address per forwarding mode. */
    public static String stageForward(String mode) {
        return "ngrokd.stage.forward." + mode;
    }
}
