package io.ngrokd.plugin.dns.windows;

import io.ngrokd.api.spi.DnsStrategyContext;
import io.ngrokd.api.spi.DnsStrategyFactory;
import io.ngrokd.api.spi.Journal;
import io.ngrokd.contract.resolver.ResolverMachine;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link FakeWindows} for the contract. Where PowerShell is killed in the middle of a script, ngrokd dies too. */
final class WindowsMachine implements ResolverMachine {

    private static final List<InetSocketAddress> ORIGINAL =
            List.of(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 53),
                    new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 53));

    private final FakeWindows windows;

    WindowsMachine(Path root) throws IOException {
        this.windows = FakeWindows.in(root);
        windows.rules().set("interfaces", "12 25\n1 75\n");
        windows.rules().set("servers", "12 192.0.2.1\n12 2001:db8::1\n7 192.0.2.99\n1 fec0:0:0:ffff::1 fec0:0:0:ffff::2\n");
    }

    private static final class MortalPowerShell extends PowerShell {

        MortalPowerShell(Path program) {
            super(program);
        }

        @Override
        Result run(Duration limit, String script) throws IOException {
            Result result = super.run(limit, script);
            if (result.exitCode() == FakePowerShell.KILLED) {
                throw new Death();
            }
            return result;
        }
    }

    /** What the kernel hands out. */
    record Context(Vertx vertx, Journal journal, Path systemRoot) implements DnsStrategyContext {}

    @Override
    public DnsStrategyFactory factory() {
        return new WindowsNrptFactory(MortalPowerShell::new, Duration.ofSeconds(60));
    }

    @Override
    public DnsStrategyContext context(Journal journal) {
        return new Context(null, journal, windows.root());
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
        return windows.serverFor(name).map(List::of).orElse(ORIGINAL);
    }

    @Override
    public boolean routesPerDomain() {
        return true;
    }

    @Override
    public boolean takesPort(int port) {
        return port == 53;
    }

    @Override
    public List<InetSocketAddress> originalServers() {
        return ORIGINAL;
    }

    @Override
    public String settings() throws IOException {
        // Each rule gets a new GUID.
        return windows.rules().all().stream().map(rule -> rule.get("Namespace") + " " + rule.get("NameServers") + " " + rule.get("Comment")
                + "\n")
                .sorted().toList().toString();
    }

    @Override
    public String trace() throws IOException {
        return windows.rules().get("changes");
    }

    @Override
    public void meddle() throws IOException {
        for (Map<String, String> rule : windows.rules().all()) {
            windows.rules().remove(rule.get("Name"));
        }
    }

    @Override
    public boolean isFoughtOver() {
        return true;
    }

    @Override
    public void refuseChanges() throws IOException {
        windows.takesAdministratorAway();
    }

    @Override
    public void allowChanges() throws IOException {
        windows.givesAdministratorBack();
    }

    @Override
    public boolean dieAfter(int changes) {
        try {
            windows.rules().set("die-after", String.valueOf(changes));
            return true;
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
