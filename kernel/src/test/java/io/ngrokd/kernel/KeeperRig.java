package io.ngrokd.kernel;

import io.ngrokd.kernel.config.ConfigException;
import io.ngrokd.kernel.config.ConfigReader;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.fixture.FakeNgrok;
import io.ngrokd.kernel.fixture.TestClock;
import io.ngrokd.kernel.identity.Identity;
import io.ngrokd.kernel.identity.IdentityStore;
import io.ngrokd.kernel.status.StatusBoard;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** An identity keeper with all that it needs, but the data plane: that only notes what it was told to use. */
final class KeeperRig implements AutoCloseable {

    static final Duration LIFE = Duration.ofDays(90);

    final TestClock clock = new TestClock();
    final FakeNgrok ngrok = new FakeNgrok().signs(clock, LIFE);
    final StatusBoard board = new StatusBoard(clock, event -> {});
    final List<Identity> used = new CopyOnWriteArrayList<>();
    final IdentityStore store;
    final IdentityKeeper keeper;

    KeeperRig(Path folder, String config) throws ConfigException {
        this.store = new IdentityStore(folder.resolve("operator_id"), folder.resolve("tls.crt"), folder.resolve("tls.key"));
        this.keeper = new IdentityKeeper(config(config), ngrok::api, store, board, "box", (identity, ingress) -> used.add(identity));
    }

    KeeperRig(Path folder) throws ConfigException {
        this(folder, "");
    }

    /** With the right key, unless the text has another. */
    DaemonConfig config(String text) throws ConfigException {
        DaemonConfig config = new ConfigReader(Map.of()).read("config.yml", "api:\n  url: " + ngrok.url() + "\n" + text);
        return config.api().key().isEmpty() ? config.withApiKey(FakeNgrok.KEY) : config;
    }

    /** What new connections are made with. */
    Identity inUse() {
        return used.getLast();
    }

    @Override
    public void close() {
        ngrok.close();
    }
}
