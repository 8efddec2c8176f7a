package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.api.spi.Journal;
import io.ngrokd.api.spi.NetifContext;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A user's settings and a journal in memory, which may be full. */
final class FakeContext implements NetifContext, Journal {

    private final String interfaceName;
    private final Optional<Subnet> subnet;
    private final List<String> entries = new ArrayList<>();
    private boolean full;
    private boolean lookOnly;

    FakeContext(String interfaceName, Optional<Subnet> subnet) {
        this.interfaceName = interfaceName;
        this.subnet = subnet;
    }

    static FakeContext plain() {
        return new FakeContext("ngrokd0", Optional.empty());
    }

    static FakeContext with(String subnet) {
        return new FakeContext("ngrokd0", Optional.of(Subnet.parse(subnet)));
    }

    /** Other settings, the same journal: the next start after the user edited the config. */
    FakeContext renamed(String name) {
        FakeContext later = new FakeContext(name, subnet);
        later.entries.addAll(entries);
        return later;
    }

    /** The same for a plan: nothing may be changed. */
    FakeContext lookingOnly() {
        FakeContext look = renamed(interfaceName);
        look.lookOnly = true;
        look.full = true;
        return look;
    }

    @Override
    public boolean lookOnly() {
        return lookOnly;
    }

    void fillUp() {
        full = true;
    }

    @Override
    public String interfaceName() {
        return interfaceName;
    }

    @Override
    public Optional<Subnet> subnet() {
        return subnet;
    }

    @Override
    public Vertx vertx() {
        throw new AssertionError("backends of Linux need no Vert.x");
    }

    @Override
    public Journal journal() {
        return this;
    }

    @Override
    public void record(String entry) throws IOException {
        if (full) {
            throw new IOException("no space left on device");
        }
        if (!entries.contains(entry)) {
            entries.add(entry);
        }
    }

    @Override
    public void forget(String entry) {
        entries.remove(entry);
    }

    @Override
    public List<String> entries() {
        return List.copyOf(entries);
    }
}
