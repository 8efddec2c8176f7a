package io.ngrokd.kernel.data.http;

import io.ngrokd.kernel.data.ingress.IngressStream;

/**
 * A stream that somebody uses.
 *
 * @param stream the stream
 * @param generation of the pool when the stream was asked for; the pool takes none of an older one back
 * @param shared whether it was in the pool, so that others have used it, and it may have ended just now
 */
record UpstreamLease(IngressStream stream, long generation, boolean shared) {}
