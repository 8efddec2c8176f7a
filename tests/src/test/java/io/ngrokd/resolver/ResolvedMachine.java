package io.ngrokd.resolver;

import io.ngrokd.api.spi.DnsStrategyContext;
import io.ngrokd.api.spi.DnsStrategyFactory;
import io.ngrokd.api.spi.Journal;
import io.ngrokd.contract.resolver.ResolverMachine;
import io.ngrokd.plugin.dns.resolved.SystemdResolvedFactory;
import io.ngrokd.testing.Commands;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.Security;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * This machine, which must be a Debian with systemd-resolved that is ours alone. On it: {@code ngrokd0}, an interface such as the
 * netif plugin makes; {@code lan0}, the way to everybody's DNS server; that server; ours on two ports.
 */
final class ResolvedMachine implements ResolverMachine {

    static final String LINK = "ngrokd0";
    static final String LAN = "lan0";
    /** An address of this machine in the LAN, where our server listens in network mode. */
    static final InetSocketAddress LAN_SERVER = server("192.168.7.5", 53);

    private static final InetSocketAddress OURS = server("127.0.0.1", 53);
    private static final InetSocketAddress OTHER_PORT = server("127.0.0.1", 5300);
    private static final InetSocketAddress ORIGINAL = server("192.168.7.53", 53);
    private static final Map<String, InetSocketAddress> ANSWERS = Map.of(
            "10.107.0.77", OURS, "10.107.0.78", OTHER_PORT, "10.107.0.79", LAN_SERVER, "9.9.9.9", ORIGINAL);
    private static final Path RESOLVECTL = Path.of("/usr/bin/resolvectl");
    /** Another place for the same program, for when that one is made to fail. */
    private static final Path COPY = Path.of("/tmp/own/resolvectl");

    /** Made once: each process that is started here costs a tenth of a second. */
    private static List<TinyDns> servers = List.of();
    private static String untouched = "";

    private boolean refuses;

    ResolvedMachine() throws Exception {
        if (!servers.isEmpty()) {
            return;
        }
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        Files.createDirectories(COPY.getParent());
        Files.copy(RESOLVECTL, COPY, StandardCopyOption.COPY_ATTRIBUTES);
        makeLink();
        sh("ip link add $1 type dummy && ip address add 192.168.7.5/24 dev $1 && ip address add 192.168.7.53/24 dev $1"
                + " && ip link set $1 up", LAN);
        servers = List.of(new TinyDns(OURS, "10.107.0.77"), new TinyDns(OTHER_PORT, "10.107.0.78"), new TinyDns(LAN_SERVER, "10.107.0.79"),
                new TinyDns(ORIGINAL, "9.9.9.9"));
        // It hears of new interfaces a moment later.
        sh("for i in $(seq 100); do $2 dns $1 && $2 dns $3 && exit; sleep 0.1; done; exit 1", LINK, COPY.toString(), LAN);
        setLan();
        untouched = settings();
    }

    /** As the netif plugin does. */
    static void makeLink() throws Exception {
        sh("ip link add $1 type dummy && ip address add 10.107.0.1/16 dev $1 && ip link set $1 up", LINK);
    }

    /** As a network manager does. */
    void setLan() throws Exception {
        resolvectl("dns", LAN, "192.168.7.53");
        resolvectl("default-route", LAN, "yes");
    }

    @Override
    public DnsStrategyFactory factory() {
        return new SystemdResolvedFactory();
    }

    @Override
    public DnsStrategyContext context(Journal journal) {
        return new FakeDnsContext(journal, Path.of("/"));
    }

    @Override
    public InetSocketAddress server() {
        return OURS;
    }

    @Override
    public Optional<String> interfaceName() {
        return Optional.of(LINK);
    }

    /** Really asks, through the C library. No answer here is to be kept for any time. */
    @Override
    public List<InetSocketAddress> asked(String name) throws Exception {
        try {
            String address = InetAddress.getByName(name).getHostAddress();
            return List.of(Optional.ofNullable(ANSWERS.get(address)).orElseThrow(() -> new AssertionError(name + " is " + address)));
        } catch (UnknownHostException nobody) {
            return List.of();
        }
    }

    @Override
    public boolean routesPerDomain() {
        return true;
    }

    @Override
    public boolean takesPort(int port) {
        return true;
    }

    @Override
    public List<InetSocketAddress> originalServers() {
        return List.of(ORIGINAL);
    }

    @Override
    public String settings() throws Exception {
        return files(Path.of("/sys/class/net"), false) + "\n" + resolvectl("status").lines()
                // Which server it asked last, or whether it asks at all, is no setting.
                .filter(line -> !line.contains("Current")).map(String::strip).collect(Collectors.joining("\n"));
    }

    /** resolved writes a file for each interface at each change. */
    @Override
    public String trace() throws Exception {
        return settings() + files(Path.of("/run/systemd/resolve/netif"), true);
    }

    @Override
    public void meddle() throws Exception {
        resolvectl("revert", LINK);
    }

    @Override
    public boolean isFoughtOver() {
        return true;
    }

    @Override
    public void refuseChanges() throws Exception {
        sh("mount --bind /bin/false $1", RESOLVECTL.toString());
        refuses = true;
    }

    @Override
    public void allowChanges() throws Exception {
        sh("umount $1", RESOLVECTL.toString());
        refuses = false;
    }

    @Override
    public void close() throws Exception {
        if (refuses) {
            allowChanges();
        }
        if (!settings().equals(untouched)) {
            sh("ip link delete ngrokd-dns 2> /dev/null; ip link delete $1; true", LINK);
            makeLink();
        }
        servers.forEach(server -> server.asked().clear());
    }

    /** How often each server was asked for a name: ours at the usual port, ours in the LAN, everybody's. */
    Map<String, Long> questions(String name) {
        return Map.of("ours", count(0, name), "lan", count(2, name), "original", count(3, name));
    }

    String resolvectl(String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = COPY.toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return Commands.run(List.of(command), Duration.ofMinutes(2)).orThrow().output();
    }

    /** Runs a line of shell with arguments. */
    static String sh(String line, String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 4];
        command[0] = "sh";
        command[1] = "-c";
        command[2] = line;
        command[3] = "sh";
        System.arraycopy(arguments, 0, command, 4, arguments.length);
        return Commands.run(List.of(command), Duration.ofMinutes(2)).orThrow().output();
    }

    private static String files(Path folder, boolean times) throws IOException {
        TreeSet<String> all = new TreeSet<>();
        try (Stream<Path> found = Files.list(folder)) {
            for (Path each : found.toList()) {
                all.add(each.getFileName() + (times ? Files.readAttributes(each, "unix:ino,lastModifiedTime").toString() : ""));
            }
        }
        return all.toString();
    }

    private long count(int server, String name) {
        return servers.get(server).asked().stream().filter(name::equals).count();
    }

    private static InetSocketAddress server(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }
}
