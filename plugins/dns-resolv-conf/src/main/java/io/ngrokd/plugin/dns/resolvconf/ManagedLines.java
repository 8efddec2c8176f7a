package io.ngrokd.plugin.dns.resolvconf;

import io.ngrokd.kit.system.ResolvConf;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Puts our lines into the text of a resolv.conf, and takes them out again to the last byte.
 *
 * <p>Ours is a section at the top. What was there stays behind it: the servers too, so that names still resolve while the daemon
 * is dead. Where the C library would not wait for our server's answer before it asks the others, their lines are put behind a
 * mark instead.
 */
final class ManagedLines {

    static final String BEGIN = "# BEGIN ngrokd";
    static final String END = "# END ngrokd";
    private static final String NOTE = "# ngrokd answers for its own names, and passes all others on to the servers below.";
    private static final String HIDDEN = "#ngrokd# ";

    private ManagedLines() {}

    /**
     * The text with our lines and no older ones of ours.
     *
     * @param alone whether no other server may stand beside ours
     */
    static String put(String text, InetSocketAddress server, boolean alone) {
        StringBuilder result = new StringBuilder();
        result.append(BEGIN).append('\n').append(NOTE).append('\n')
                .append("nameserver ").append(server.getAddress().getHostAddress()).append('\n')
                .append(END).append('\n');
        for (String line : lines(remove(text))) {
            boolean hide = alone && ResolvConf.server(line).isPresent();
            result.append(hide ? HIDDEN : "").append(line);
        }
        return result.toString();
    }

    /** The text without us. */
    static String remove(String text) {
        StringBuilder result = new StringBuilder();
        List<String> lines = lines(text);
        for (int at = 0; at < lines.size(); at++) {
            String line = lines.get(at);
            if (line.strip().equals(BEGIN)) {
                at = endOfSection(lines, at);
            } else if (line.startsWith(HIDDEN) && ResolvConf.server(line.substring(HIDDEN.length())).isPresent()) {
                result.append(line.substring(HIDDEN.length()));
            } else if (!line.strip().equals(END)) {
                result.append(line);
            }
        }
        return result.toString();
    }

    /** The server in our section, if there is one. */
    static Optional<InetSocketAddress> ours(String text) {
        List<String> lines = lines(text);
        for (int at = 0; at < lines.size(); at++) {
            if (lines.get(at).strip().equals(BEGIN)) {
                return lines.subList(at, endOfSection(lines, at) + 1).stream()
                        .map(ResolvConf::server).flatMap(Optional::stream).findFirst();
            }
        }
        return Optional.empty();
    }

    /** Whether others would be asked at the same time as we, or instead of us, if they stood behind us. */
    static boolean mustStandAlone(String text, boolean asksAllAtOnce) {
        return asksAllAtOnce || text.lines().map(String::strip)
                .anyMatch(line -> line.startsWith("options") && List.of(line.split("\\s+")).contains("rotate"));
    }

    /** Without an end only lines of our making are taken: what follows is somebody's. */
    private static int endOfSection(List<String> lines, int begin) {
        int at = begin + 1;
        boolean server = false;
        while (at < lines.size()) {
            String line = lines.get(at).strip();
            if (line.equals(END)) {
                return at;
            }
            boolean ownServer = !server && ResolvConf.server(line).isPresent();
            if (!line.equals(NOTE) && !ownServer) {
                break;
            }
            server |= ownServer;
            at++;
        }
        return at - 1;
    }

    /** Each with its line end. */
    private static List<String> lines(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split("(?<=\n)"));
    }
}
