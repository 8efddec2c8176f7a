package io.ngrokd.kernel.data.http;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.ngrokd.kernel.data.ingress.IngressRequest;
import io.ngrokd.kernel.data.ingress.IngressStream;

/** Where fresh streams for requests come from. */
@FunctionalInterface
public interface UpstreamSource {

    /** A stream to the endpoint on the event loop, or a failure that is always an IngressException; it may be cancelled. */
    Future<IngressStream> acquire(EventLoop loop, IngressRequest request);
}
