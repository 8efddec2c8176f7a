package io.ngrokd.plugin.hosts.file;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageFailure;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The lines of the section, without line ends, sorted by name and address; and the names that may not stand there.
 *
 * <p>The kernel filters names before. This looks again, because one bad name could hide foreign lines or redirect
 * what is none of ours.
 *
 * @param lines {@code IP<TAB>name}
 * @param refused names left out, with the reason
 */
record HostsLines(List<String> lines, Map<String, StageFailure> refused) {

    private static final int NAME_BYTES = 253;
    private static final int LABEL_BYTES = 63;
    private static final Comparator<InetAddress> ADDRESS_ORDER =
            Comparator.<InetAddress>comparingInt(address -> address.getAddress().length)
                    .thenComparing(InetAddress::getAddress, Arrays::compareUnsigned);

    static HostsLines of(Map<String, List<InetAddress>> names) {
        List<String> lines = new ArrayList<>();
        Map<String, StageFailure> refused = new TreeMap<>();
        new TreeMap<>(names).forEach((name, addresses) -> refusal(name, addresses).ifPresentOrElse(
                reason -> refused.put(name, new StageFailure(FailureCode.REFUSED,
                        "'" + printable(name) + "' is not written to the hosts file: " + reason)),
                () -> addresses.stream().distinct().sorted(ADDRESS_ORDER)
                        .forEach(address -> lines.add(text(address) + "\t" + name))));
        return new HostsLines(lines, refused);
    }

    private static Optional<String> refusal(String name, List<InetAddress> addresses) {
        if (addresses.isEmpty()) {
            return Optional.of("it has no address");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES) {
            return Optional.of("it is longer than " + NAME_BYTES + " bytes");
        }
        if (name.contains("*")) {
            return Optional.of("a hosts file knows no wildcards");
        }
        if (!name.chars().allMatch(letter -> letter > ' ' && letter < 0x7f && letter != '#')) {
            return Optional.of("a name has no blanks, control characters, '#' or letters outside ASCII");
        }
        if (name.equalsIgnoreCase("localhost")) {
            return Optional.of("programs rely on it being this machine");
        }
        for (String label : name.split("\\.", -1)) {
            if (label.isEmpty() || label.length() > LABEL_BYTES) {
                return Optional.of("each part between dots has 1 to " + LABEL_BYTES + " letters");
            }
        }
        return Optional.empty();
    }

    /** Without the scope that a link-local address may carry: the section knows addresses only. */
    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    /** Safe to log and short. */
    private static String printable(String name) {
        String clean = name.replaceAll("[^ -~]", "?");
        return clean.length() <= 80 ? clean : clean.substring(0, 80) + "...";
    }
}
