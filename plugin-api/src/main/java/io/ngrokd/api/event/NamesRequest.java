package io.ngrokd.api.event;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All names that must resolve on this machine through the hosts file, and no others of ours.
 *
 * @param names exact host names (legal, lower case, no wildcard) to their addresses, at least one each
 */
public record NamesRequest(SortedMap<String, List<InetAddress>> names) {

    public NamesRequest {
        SortedMap<String, List<InetAddress>> copy = new TreeMap<>();
        names.forEach((name, addresses) -> copy.put(name, Collections.unmodifiableList(new ArrayList<>(addresses))));
        names = Collections.unmodifiableSortedMap(copy);
    }
}
