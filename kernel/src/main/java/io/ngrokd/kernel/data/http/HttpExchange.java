package io.ngrokd.kernel.data.http;

import io.ngrokd.kernel.data.route.EndpointTraffic;
import io.ngrokd.kernel.data.route.ListenerRoutes;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.function.Consumer;

/** One request and what has become of it. */
final class HttpExchange {

    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+");

    private final RequestHead request;
    private final Destination destination;
    private boolean interimSeen;
    private boolean answering;
    private boolean answered;
    private final boolean connectionBound;
    private final boolean shareable;
    private final boolean leavesTraces;
    private boolean closing;
    private boolean repeated;

    HttpExchange(RequestHead request, Destination destination) {
        this.request = request;
        this.destination = destination;
        this.connectionBound = ConnectionAuthentication.isIn(request.head());
        this.shareable = !connectionBound && request.isRepeatable();
        this.leavesTraces = request.upgrade() || !request.body().isDone();
    }

    /**
     * The exchange for a request, if it is for an endpoint.
     *
     * @param client who asks
     * @param refused gets what to answer otherwise
     */
    static Optional<HttpExchange> admit(RequestHead request, HttpProxy.Client client, Consumer<ErrorPage> refused) {
        Optional<ListenerRoutes> routes = client.routes();
        if (routes.isEmpty()) {
            refused.accept(ErrorPage.gone(request));
            return Optional.empty();
        }
        Destination destination;
        try {
            destination = Destination.of(request, routes.get());
        } catch (HttpViolation violation) {
            refused.accept(violation.status() == HttpViolation.MISDIRECTED
                    ? ErrorPage.misdirected(request, violation, mayKnowNames(request, client) ? routes.get().httpHosts() : List.of())
                    : ErrorPage.refused(violation));
            return Optional.empty();
        }
        return Optional.of(new HttpExchange(request, destination));
    }

    /**
     * Whether the client may be told what is served here: when it is on this machine, and is no browser that shows a page of somebody
     * whose name was made to lead here (DNS rebinding). That page could read the answer; a browser that was told an address could not
     * have been led.
     */
    private static boolean mayKnowNames(RequestHead request, HttpProxy.Client client) {
        boolean browser = request.head().values("user-agent").stream().anyMatch(agent -> agent.startsWith("Mozilla/"));
        return client.isOnThisMachine() && (!browser || request.host().map(HttpExchange::isUnmistakable).orElse(false));
    }

    private static boolean isUnmistakable(Authority host) {
        return host.name().filter(name -> !name.equals("localhost") && !ADDRESS.matcher(name).matches()).isEmpty();
    }

    RequestHead request() {
        return request;
    }

    Destination destination() {
        return destination;
    }

    EndpointTraffic traffic() {
        return destination.route().traffic();
    }

    BodyFramer requestBody() {
        return request.body();
    }

    /** An interim answer goes to the client; whatever comes after it may still be an answer of ours. */
    void passInterim() {
        interimSeen = true;
    }

    /** Whether any byte of the final answer has been sent to the client. */
    boolean isAnswering() {
        return answering;
    }

    /** What comes now is no answer any more: the protocol has been switched. */
    void startSwitched() {
        answering = true;
    }

    /**
     * The final answer begins. True when the client is to be told, and to see, that its connection ends behind it.
     *
     * @param pinned whether what the client has authenticated ends with the upstream
     * @param draining whether the connection is to end in any case
     */
    boolean startAnswering(ResponseHead answer, boolean pinned, boolean draining) {
        answering = true;
        boolean upstreamEnds = !answer.persistent();
        closing = draining || !request.persistent() || answer.body() instanceof BodyFramer.UntilClose
                // The rest of the request has nowhere to go then.
                || upstreamEnds && (pinned || !request.body().isDone());
        return closing;
    }

    /** Whether the whole answer has been passed on. */
    boolean isAnswered() {
        return answered;
    }

    void finishAnswer() {
        answered = true;
    }

    /** Whether the client's connection may serve another request after this one. */
    boolean leavesConnectionOpen() {
        return !closing && request.persistent();
    }

    /** Whether the request belongs to the connection that it is sent on: it authenticates it. */
    boolean isConnectionBound() {
        return connectionBound;
    }

    /**
     * Whether it may be sent on a stream that others have used. That may have ended without our knowing it yet, and
     * nothing can be sent twice that does more than ask.
     */
    boolean isShareable() {
        return shareable;
    }

    /**
     * Whether its stream must not be used by others afterwards. If the endpoint measured a body in another way than we do,
     * or took an upgrade for agreed, what it says next would answer somebody else.
     */
    boolean leavesTraces() {
        return leavesTraces;
    }

    /** Whether it may be sent once more on a fresh stream; says yes once at most. */
    boolean mayRepeat() {
        boolean may = !repeated && !interimSeen && !answering && shareable;
        repeated = true;
        return may;
    }
}
