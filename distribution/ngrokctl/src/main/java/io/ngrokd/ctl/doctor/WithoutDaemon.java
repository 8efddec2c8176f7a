package io.ngrokd.ctl.doctor;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.client.Http;
import io.ngrokd.ctl.client.UrlWay;
import io.ngrokd.ctl.doctor.Installation.Said;
import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What can be found out while nobody answers: whether the config is good, and whether a daemon is somewhere else. */
public final class WithoutDaemon {

    private static final String USUAL_ADDRESS = "127.0.0.1:8081";
    private static final String USUAL_CONFIG = "/etc/ngrokd/config.yml";
    private static final int CONNECT_MILLIS = 2000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Installation installation;
    private final Path config;
    private final Optional<Path> asked;

    /**
     * @param config the file that the daemon would read
     * @param asked the socket that nobody answers at; empty when it was no socket
     */
    public WithoutDaemon(Installation installation, Path config, Optional<Path> asked) {
        this.installation = installation;
        this.config = config;
        this.asked = asked;
    }

    /** @param unreachable why nobody could be asked */
    public List<Hop> look(CommandFailure unreachable) {
        CompletableFuture<Optional<Said>> shown = CompletableFuture.supplyAsync(
                () -> installation.run("config", "show", "--json", "--config=" + config), task -> Thread.ofPlatform().daemon().start(task));
        List<Hop> hops = new ArrayList<>();
        hops.add(Hop.failed("daemon", unreachable.getMessage().replaceFirst("\\.$", ""), String.join("\n", unreachable.mends()).replace(USUAL_CONFIG, config.toString())));
        hops.add(checked());
        Optional<Fields> settings = shown.join().filter(said -> said.code() == 0).flatMap(WithoutDaemon::fields);
        asked.ifPresent(path -> settings.flatMap(known -> setting(known, "server.socket_path")).ifPresent(there -> hops.add(socket(there, path))));
        hops.add(port(settings.flatMap(known -> setting(known, "server.health_address")).orElse(USUAL_ADDRESS)));
        return hops;
    }

    private Hop checked() {
        if (!Files.exists(config)) {
            return Hop.warning("config", "there is no " + config + " (or you may not look there): ngrokd would take its defaults",
                    "Is the config somewhere else? Then: ngrokctl doctor --config FILE. A sample for each platform is in ngrokd's folder config/.");
        }
        Optional<Said> said = installation.run("config", "check", config.toString());
        if (said.isEmpty()) {
            return Hop.skipped("config", "there is no ngrokd beside this ngrokctl that could check " + config);
        }
        if (said.get().code() == 0) {
            return Hop.ok("config", config + " is good");
        }
        String problems = String.join("; ", said.get().errors().lines().map(String::strip).filter(line -> !line.isEmpty()).toList());
        return Hop.failed("config", problems.isEmpty() ? config + " cannot be used" : problems,
                Files.isReadable(config) ? "Mend the file, then start ngrokd." : "You may not read " + config + ": use sudo.");
    }

    private static Optional<Fields> fields(Said said) {
        try {
            return Optional.of(Json.fields(said.output().getBytes(StandardCharsets.UTF_8)));
        } catch (IOException noJson) {
            return Optional.empty();
        }
    }

    private static Optional<String> setting(Fields shown, String key) {
        return shown.objects("settings").stream().filter(setting -> setting.text("key").filter(key::equals).isPresent())
                .findFirst().flatMap(setting -> setting.text("value"));
    }

    private static Hop socket(String configured, Path asked) {
        return configured.equals(asked.toString()) ? Hop.ok("socket", asked + ", where the config has it")
                : Hop.failed("socket", "the config has the socket at " + configured + ", and " + asked + " was asked",
                        "Ask there: ngrokctl --socket " + configured + " doctor");
    }

    /** A daemon whose socket is elsewhere still serves its health, unless it was told another address. */
    private static Hop port(String address) {
        int colon = address.lastIndexOf(':');
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.substring(0, colon).replaceAll("[\\[\\]]", ""), Integer.parseInt(address.substring(colon + 1))),
                    CONNECT_MILLIS);
        } catch (IOException | RuntimeException nobody) {
            return Hop.ok("control port", "nobody listens at " + address + ", so it is free for ngrokd");
        }
        try {
            Fields status = Json.fields(new Http(new UrlWay("http://" + address), PATIENCE, "").get("/v1/status"));
            if (status.has("registered")) {
                return Hop.warning("control port", "an ngrokd answers at http://" + address + ": pid " + status.text("pid").orElse("?") + ", its socket is "
                        + status.text("socket_path").orElse("not told"), "Ask that one: ngrokctl --socket " + status.text("socket_path").orElse("PATH")
                        + " doctor, or ngrokctl --url http://" + address + " doctor");
            }
        } catch (CommandFailure | IOException other) {
            return held(address);
        }
        return held(address);
    }

    private static Hop held(String address) {
        return Hop.warning("control port", "another program listens at " + address,
                "ngrokd would go on without its health pages: stop that program, or give ngrokd another server.health_address.");
    }
}
