package io.ngrokd.kernel.ngrok;

import java.time.Duration;

/**
 * How long the API may take.
 *
 * @param connect to the API or the proxy, and for the proxy to reach the API
 * @param call for one call as a whole
 */
record ApiLimits(Duration connect, Duration call) {

    static final ApiLimits DEFAULT = new ApiLimits(Duration.ofSeconds(5), Duration.ofSeconds(30));
}
