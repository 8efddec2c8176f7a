package io.ngrokd.plugin.dns.server.serve;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * All connections that are open, the one that has been quiet longest first. A new one always gets in: when there are too many, of
 * its client or of all, the quietest goes. For any number of threads.
 */
public final class TcpConnections {

    /** The most of all clients. */
    static final int MOST = 1024;
    /** The most of one client. */
    static final int MOST_OF_ONE = 128;

    private final Set<Channel> all = new LinkedHashSet<>();
    private final Map<Long, Set<Channel>> byClient = new HashMap<>();

    /** Takes one in, and returns the one that must be closed for it; null when there is room. */
    synchronized Channel add(Channel channel, InetAddress client) {
        Set<Channel> itsOwn = byClient.computeIfAbsent(Clients.identity(client), _ -> new LinkedHashSet<>());
        Channel quietest = null;
        if (itsOwn.size() >= MOST_OF_ONE) {
            quietest = first(itsOwn);
        } else if (all.size() >= MOST) {
            quietest = first(all);
        }
        itsOwn.add(channel);
        all.add(channel);
        return quietest;
    }

    /** It is the one that was busy last. */
    synchronized void touch(Channel channel, InetAddress client) {
        if (all.remove(channel)) {
            all.add(channel);
            Set<Channel> itsOwn = byClient.get(Clients.identity(client));
            if (itsOwn != null && itsOwn.remove(channel)) {
                itsOwn.add(channel);
            }
        }
    }

    /** It is closed. */
    synchronized void remove(Channel channel, InetAddress client) {
        all.remove(channel);
        byClient.computeIfPresent(Clients.identity(client), (_, itsOwn) -> {
            itsOwn.remove(channel);
            return itsOwn.isEmpty() ? null : itsOwn;
        });
    }

    /** How many are open. */
    synchronized int size() {
        return all.size();
    }

    /** Not removed from the others yet: it removes itself as it closes, but is no longer in this one's way. */
    private static Channel first(Set<Channel> channels) {
        Iterator<Channel> quietest = channels.iterator();
        Channel channel = quietest.next();
        quietest.remove();
        return channel;
    }
}
