package io.ngrokd.plugin.netif.linux;

import io.ngrokd.plugin.netif.linux.netlink.Link;
import java.util.Arrays;
import java.util.Optional;

/** The kinds of interface that can bear our addresses. */
enum DeviceKind {
    /** Swallows what is sent into it; made for this. Not in every kernel. */
    DUMMY("dummy", "linux-dummy", 100),
    /** A switch without ports does as well, and kernels that run containers have it. */
    BRIDGE("bridge", "linux-bridge", 90);

    private final String word;
    private final String backend;
    private final int rank;

    DeviceKind(String word, String backend, int rank) {
        this.word = word;
        this.backend = backend;
        this.rank = rank;
    }

    /** As Linux calls it. */
    String word() {
        return word;
    }

    /** The name of the backend that makes it. */
    String backend() {
        return backend;
    }

    int rank() {
        return rank;
    }

    /** The kind of an interface; empty for one that must not be touched. */
    static Optional<DeviceKind> of(Link link) {
        return Arrays.stream(values()).filter(kind -> link.kind().equals(Optional.of(kind.word))).findFirst();
    }
}
