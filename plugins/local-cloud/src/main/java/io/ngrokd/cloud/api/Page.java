package io.ngrokd.cloud.api;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * A part of a listing that is ordered by descending id.
 *
 * @param nextUri null when this is the last page
 */
record Page<T>(List<T> items, String nextUri) {

    private static final int MOST = 100;

    /**
     * @param listingUri whole URL of the listing, without a query
     * @param limit as the client sent it, null for the default
     * @param beforeId only items below this id; it need not exist any more
     */
    static <T> Page<T> of(Collection<T> all, Function<T, String> id, String listingUri, String limit, String beforeId)
            throws ApiException {
        int size = size(limit);
        List<T> rest = all.stream().filter(item -> beforeId == null || id.apply(item).compareTo(beforeId) < 0)
                .limit(size + 1L).toList();
        if (rest.size() <= size) {
            return new Page<>(rest, null);
        }
        List<T> items = rest.subList(0, size);
        return new Page<>(items, listingUri + "?before_id=" + id.apply(items.getLast()) + "&limit=" + size);
    }

    private static int size(String limit) throws ApiException {
        if (limit == null || limit.isEmpty()) {
            return MOST;
        }
        if (!limit.matches("\\d{1,4}") || Integer.parseInt(limit) < 1 || Integer.parseInt(limit) > MOST) {
            throw ApiException.invalid("The limit must be a number from 1 to " + MOST + ", not '" + limit + "'.");
        }
        return Integer.parseInt(limit);
    }
}
