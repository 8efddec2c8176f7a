package io.ngrokd.kernel;

import io.ngrokd.api.spi.DnsStrategyFactory;
import io.ngrokd.api.spi.HostsWriterFactory;
import io.ngrokd.api.spi.NetifBackendFactory;
import io.ngrokd.kernel.config.ConfigException;
import io.ngrokd.kernel.config.ConfigFile;
import io.ngrokd.kernel.config.ConfigReader;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.control.ControlSocket;
import io.ngrokd.kernel.plugin.PluginFolder;
import io.ngrokd.kernel.state.FileJournal;
import io.ngrokd.kernel.state.StateException;
import io.ngrokd.kernel.state.StateFolder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code ngrokd cleanup}: undoes what a daemon that was killed left on this machine. */
@Command(name = "cleanup", description = "Undo what a killed daemon left: names, resolver settings, addresses, interface, socket.")
final class CleanupCommand implements Callable<Integer> {

    @ParentCommand
    private Main parent;

    @Override
    public Integer call() {
        if (parent.isConfigMissing()) {
            return Main.complain("there is no config file " + parent.configPath());
        }
        Installation installation = Installation.current();
        Vertx vertx = Transports.vertx();
        try (ConfigFile file = new ConfigFile(
                vertx, parent.configPath(), new ConfigReader(installation.environment()), Duration.ofHours(1))) {
            DaemonConfig config = file.loadOrDefaults().config();
            return cleanUp(vertx, installation, config);
        } catch (ConfigException | StateException | IOException failed) {
            return Main.complain(failed.getMessage());
        } finally {
            vertx.close();
        }
    }

    private static int cleanUp(Vertx vertx, Installation installation, DaemonConfig config) throws StateException, IOException {
        try (StateFolder state = StateFolder.open(config.server().stateFolder());
                PluginFolder plugins = PluginFolder.load(installation.plugins(), Version.current())) {
            FileJournal journal = FileJournal.open(state.file("journal.json"));
            boolean something = !journal.backends().isEmpty();
            Contexts contexts = new Contexts(vertx, journal, config.net(), installation.hostsFile(),
                    installation.systemRoot(), (socket, listener) -> socket.close(), () -> config.net().startPort());
            boolean clean = something ? Leftovers.undo(plugins, contexts)
                    : Leftovers.undoUnjournaled(plugins.extensions(DnsStrategyFactory.class),
                            plugins.extensions(HostsWriterFactory.class), plugins.extensions(NetifBackendFactory.class), contexts);
            something |= ControlSocket.removeStale(config.server().socketPath());
            if (!clean) {
                return Main.complain("not everything could be undone; the lines above say what is left and why");
            }
            System.out.println(something ? "Cleaned up."
                    : "The journal in " + state.path() + " names nothing to clean up; what bore ngrokd's mark all the same is gone.");
            return 0;
        }
    }
}
