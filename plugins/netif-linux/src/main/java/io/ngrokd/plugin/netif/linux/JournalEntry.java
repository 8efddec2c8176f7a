package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.endpoint.Subnet;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a backend of an interface remembers to undo, as lines of its journal. */
sealed interface JournalEntry {

    /** The name of the interface. */
    String device();

    /** The line. */
    String text();

    /**
     * We made the interface, or took it over as a predecessor's: it goes when we go.
     *
     * @param kind {@code dummy} or {@code bridge}, for whoever reads the journal
     */
    record Device(String device, String kind) implements JournalEntry {
        private static final Pattern FORM = Pattern.compile("device (\\S+) kind=(\\S+)");

        @Override
        public String text() {
            return "device " + device + " kind=" + kind;
        }
    }

    /** The interface is somebody's who lets us use it: only our addresses go. */
    record Addresses(String device, Subnet subnet) implements JournalEntry {
        private static final Pattern FORM = Pattern.compile("addresses (\\S+) in (\\S+)");

        @Override
        public String text() {
            return "addresses " + device + " in " + subnet;
        }
    }

    /** Reads a line; empty when no backend of an interface wrote it. */
    static Optional<JournalEntry> parse(String line) {
        Matcher device = Device.FORM.matcher(line);
        if (device.matches()) {
            return Optional.of(new Device(device.group(1), device.group(2)));
        }
        Matcher addresses = Addresses.FORM.matcher(line);
        if (!addresses.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Addresses(addresses.group(1), Subnet.parse(addresses.group(2))));
        } catch (IllegalArgumentException noSubnet) {
            return Optional.empty();
        }
    }
}
