package io.ngrokd.plugin.dns.resolved;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.spi.Availability;
import io.ngrokd.kit.system.ResolvConf;
import io.ngrokd.kit.system.SystemRoot;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether resolved runs here, and whether programs' questions get to it. */
final class Surroundings {

    static final String RUNTIME = "/run/systemd/resolve";

    private static final String RESOLV_CONF = "/etc/resolv.conf";
    /** Where resolved itself listens. */
    private static final List<String> STUBS = List.of("127.0.0.53", "127.0.0.54");
    private static final Pattern HOSTS = Pattern.compile("(?m)^\\s*hosts:(.*)$");

    private final SystemRoot root;
    private final Resolvectl resolvectl;

    Surroundings(SystemRoot root, Resolvectl resolvectl) {
        this.root = root;
        this.resolvectl = resolvectl;
    }

    Availability probe() {
        if (!resolvectl.isInstalled()) {
            return Availability.no("the program resolvectl is not installed");
        }
        if (!Files.isDirectory(root.folder().resolve(RUNTIME.substring(1)))) {
            return Availability.no("systemd-resolved is not running: there is no " + RUNTIME);
        }
        try {
            Optional<String> way = wayToResolved();
            if (way.isEmpty()) {
                return Availability.no("systemd-resolved is there, but programs do not ask it: " + resolvConf());
            }
            resolvectl.answers();
            return Availability.yes("systemd-resolved answers, and " + way.get());
        } catch (StageException silent) {
            return Availability.no(silent.getMessage());
        } catch (IOException unreadable) {
            return Availability.no("the resolver's settings cannot be read: " + unreadable);
        }
    }

    private Optional<String> wayToResolved() throws IOException {
        String target = root.name(root.real(RESOLV_CONF));
        Optional<String> server = ResolvConf.servers(ResolvConf.read(root.real(RESOLV_CONF))).stream()
                .findFirst().map(InetSocketAddress::getAddress).map(address -> address.getHostAddress());
        if (server.isPresent() && STUBS.contains(server.get())) {
            return Optional.of(RESOLV_CONF + (target.equals(RESOLV_CONF) ? "" : " leads to " + target + " and") + " names its "
                    + server.get());
        }
        // Programs that use the C library ask it all the same; those that read resolv.conf themselves do not.
        Matcher hosts = HOSTS.matcher(ResolvConf.read(root.real("/etc/nsswitch.conf")));
        if (hosts.find()) {
            List<String> sources = List.of(hosts.group(1).strip().split("\\s+"));
            int resolve = sources.indexOf("resolve");
            int dns = sources.indexOf("dns");
            if (resolve >= 0 && (dns < 0 || resolve < dns)) {
                return Optional.of("'resolve' is in the hosts line of /etc/nsswitch.conf");
            }
        }
        return Optional.empty();
    }

    private String resolvConf() throws IOException {
        String target = root.name(root.real(RESOLV_CONF));
        return RESOLV_CONF + (target.equals(RESOLV_CONF) ? " is a file of its own" : " leads to " + target)
                + " and does not name 127.0.0.53, nor does /etc/nsswitch.conf have 'resolve'";
    }
}
