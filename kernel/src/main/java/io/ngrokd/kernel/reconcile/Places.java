package io.ngrokd.kernel.reconcile;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageFailure;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Finds out what a {@code listen_interface} means: {@code virtual}, an address of this machine, {@code 0.0.0.0}, or the name of an
 * interface, which stands for the first IPv4 address that the interface has now.
 */
public final class Places {

    private static final String AGAIN = "; it is tried again when the network changes";

    private final LocalNetwork network;

    /** @param network as it is now */
    public Places(LocalNetwork network) {
        this.network = network;
    }

    /**
     * @param where the value
     * @param key the config key that it comes from, for messages
     */
    public Place find(String where, String key) {
        if (where.equals(Desired.VIRTUAL)) {
            return new Place.Virtual();
        }
        return literal(where).map(address -> address(where, key, address)).orElseGet(() -> ofInterface(where, key));
    }

    private Place address(String where, String key, InetAddress address) {
        if (!(address instanceof Inet4Address)) {
            return nowhere(FailureCode.UNSUPPORTED, said(key, where) + "is an IPv6 address, and endpoints are shared on IPv4 addresses; use 0.0.0.0,"
                    + " an IPv4 address or an interface name. There are: " + network.inWords());
        }
        if (address.isAnyLocalAddress() || network.has(address)) {
            return new Place.Shared(address);
        }
        return nowhere(FailureCode.INPUT_OUTPUT, said(key, where) + "is no address of this machine; there are: " + network.inWords() + AGAIN);
    }

    private Place ofInterface(String name, String key) {
        Optional<LocalNetwork.Interface> found = network.named(name);
        if (found.isEmpty()) {
            return nowhere(FailureCode.INPUT_OUTPUT, said(key, name) + "is neither 'virtual' nor an IP address nor an interface of this machine;"
                    + " there are: " + network.inWords() + AGAIN);
        }
        if (!found.get().up()) {
            return nowhere(FailureCode.INPUT_OUTPUT, said(key, name) + "is an interface that is down; there are: " + network.inWords() + AGAIN);
        }
        if (found.get().addresses().isEmpty()) {
            return nowhere(FailureCode.INPUT_OUTPUT, said(key, name) + "is an interface without an IPv4 address; there are: "
                    + network.inWords() + AGAIN);
        }
        return new Place.Shared(found.get().addresses().getFirst());
    }

    private static String said(String key, String where) {
        return key + ": '" + where + "' ";
    }

    private static Place nowhere(FailureCode code, String message) {
        return new Place.Nowhere(new StageFailure(code, message));
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException aName) {
            return Optional.empty();
        }
    }
}
