package io.ngrokd.kernel.data.http;

/**
 * How an upstream failed under a request.
 *
 * @param why a sentence for people, without a full stop
 * @param endLooksOrderly whether the client, if its connection were closed in order, would take the answer for whole
 * @param silent whether it failed before it said anything at all, as an idle stream does that its endpoint has given up
 */
record UpstreamFailure(String why, boolean endLooksOrderly, boolean silent) {}
