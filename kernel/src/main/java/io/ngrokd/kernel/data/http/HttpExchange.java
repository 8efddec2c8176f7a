package io.ngrokd.kernel.data.http;

import io.ngrokd.kernel.data.route.EndpointTraffic;

/** One request and what has become of it. */
final class HttpExchange {

    private final RequestHead request;
    private final Destination destination;
    private boolean interimSeen;
    private boolean answering;
    private boolean answered;
    private boolean persistent = true;
    private boolean repeated;

    HttpExchange(RequestHead request, Destination destination) {
        this.request = request;
        this.destination = destination;
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

    void startAnswering() {
        answering = true;
    }

    /** Whether the whole answer has been passed on. */
    boolean isAnswered() {
        return answered;
    }

    void finishAnswer(boolean upstreamPersistent) {
        answered = true;
        persistent = upstreamPersistent;
    }

    /** Whether the client's connection may serve another request after this one. */
    boolean leavesConnectionOpen() {
        return persistent && request.persistent();
    }

    /** Whether it may be sent once more on a fresh stream; says yes once at most. */
    boolean mayRepeat() {
        boolean may = !repeated && !interimSeen && !answering && request.isRepeatable();
        repeated = true;
        return may;
    }
}
