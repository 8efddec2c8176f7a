package io.ngrokd.kernel.data.listen;

/**
 * How many connections of clients there may be at once; a connection beyond that is turned away. Zero means any number.
 *
 * @param max in all
 * @param maxPerEndpoint for one endpoint
 */
public record ConnectionLimits(int max, int maxPerEndpoint) {

    /** As many as come. */
    public static final ConnectionLimits NONE = new ConnectionLimits(0, 0);

    public ConnectionLimits {
        if (max < 0 || maxPerEndpoint < 0) {
            throw new IllegalArgumentException("a number of connections is not negative");
        }
    }
}
