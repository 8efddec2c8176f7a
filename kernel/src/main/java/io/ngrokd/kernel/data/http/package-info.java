/**
 * Plain HTTP/1 to endpoints that speak HTTP, proxied request by request.
 *
 * <p>Heads are read strictly and forwarded byte for byte, except for the Host; bodies are measured and passed on without
 * copies. What two parsers could understand in two ways is refused, never repaired. One request at a time: whatever a
 * client sends ahead waits. Never here: dialling, routes' contents, any other protocol.
 */
package io.ngrokd.kernel.data.http;
