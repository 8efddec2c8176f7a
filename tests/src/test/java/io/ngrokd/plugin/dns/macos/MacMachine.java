package io.ngrokd.plugin.dns.macos;

import io.ngrokd.api.spi.DnsStrategyContext;
import io.ngrokd.api.spi.DnsStrategyFactory;
import io.ngrokd.api.spi.Journal;
import io.ngrokd.contract.resolver.ResolverMachine;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@link FakeMac} for the contract, with a disk that can refuse, and on which a process can die. */
final class MacMachine implements ResolverMachine {

    private static final List<InetSocketAddress> ORIGINAL =
            List.of(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 53),
                    new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 53));

    private final FakeMac mac;
    private final FragileDisk disk = new FragileDisk();

    MacMachine(Path root) throws IOException {
        this.mac = FakeMac.in(root);
    }

    private static final class FragileDisk extends Disk {

        private boolean refuses;
        private int changesLeft = Integer.MAX_VALUE;

        private interface Change {
            void make() throws IOException;
        }

        private void change(Path path, Change change) throws IOException {
            if (refuses) {
                throw new AccessDeniedException(path.toString());
            }
            change.make();
            if (changesLeft-- == 0) {
                throw new Death();
            }
        }

        @Override
        void makeFolder(Path folder) throws IOException {
            change(folder, () -> super.makeFolder(folder));
        }

        @Override
        Path writeTemporary(Path folder, String prefix, String content) throws IOException {
            Path[] made = new Path[1];
            change(folder, () -> made[0] = super.writeTemporary(folder, prefix, content));
            return made[0];
        }

        @Override
        void replace(Path temporary, Path file) throws IOException {
            change(file, () -> super.replace(temporary, file));
        }

        @Override
        void link(Path temporary, Path file) throws IOException {
            change(file, () -> super.link(temporary, file));
        }

        @Override
        void delete(Path path) throws IOException {
            change(path, () -> super.delete(path));
        }
    }

    /** What the kernel hands out. */
    record Context(Vertx vertx, Journal journal, Path systemRoot) implements DnsStrategyContext {}

    @Override
    public DnsStrategyFactory factory() {
        return new MacosResolverFactory(disk);
    }

    @Override
    public DnsStrategyContext context(Journal journal) {
        return new Context(null, journal, mac.root());
    }

    @Override
    public InetSocketAddress server() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 53);
    }

    @Override
    public Optional<String> interfaceName() {
        return Optional.empty();
    }

    @Override
    public List<InetSocketAddress> asked(String name) throws IOException {
        return mac.serverFor(name).map(List::of).orElse(ORIGINAL);
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
        return ORIGINAL;
    }

    @Override
    public String settings() throws IOException {
        return walk(false);
    }

    @Override
    public String trace() throws IOException {
        return walk(true);
    }

    private String walk(boolean times) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.walk(mac.root())) {
            for (Path file : files.filter(each -> each.startsWith(mac.root().resolve("etc")) || times).sorted().toList()) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                text.append(mac.root().relativize(file)).append(attributes.isRegularFile() ? "\n" + Files.readString(file) : "/")
                        .append('\n');
                if (times) {
                    text.append(attributes.lastModifiedTime()).append(attributes.fileKey()).append('\n');
                }
            }
        }
        return text.toString();
    }

    @Override
    public void meddle() throws IOException {
        try (Stream<Path> files = Files.list(mac.folder())) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public boolean isFoughtOver() {
        return true;
    }

    @Override
    public void refuseChanges() {
        disk.refuses = true;
    }

    @Override
    public void allowChanges() {
        disk.refuses = false;
    }

    @Override
    public boolean dieAfter(int changes) {
        disk.changesLeft = changes;
        return true;
    }
}
