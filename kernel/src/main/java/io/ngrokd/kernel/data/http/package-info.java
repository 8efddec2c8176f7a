/**
 * Plain HTTP/1 to endpoints that speak HTTP, proxied request by request.
 *
 * <p>Heads are read strictly and forwarded byte for byte, except for the Host and for what concerns one connection only:
 * the client's and ours to the endpoint are two. Bodies are measured and passed on without copies. What two parsers could
 * understand in two ways is refused, never repaired. One request at a time: whatever a client sends ahead waits.
 *
 * <p>A stream serves one client after the other as long as nothing of any of them can stay on it: see {@code UpstreamPool}
 * for where it waits, {@code HttpExchange} for what may be sent on it, {@code HttpBackend} for what keeps it from others.
 * Never here: dialling, routes' contents, any other protocol.
 */
package io.ngrokd.kernel.data.http;
