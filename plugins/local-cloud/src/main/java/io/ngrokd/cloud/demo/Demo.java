package io.ngrokd.cloud.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.ngrokd.cloud.LocalCloud;
import io.ngrokd.cloud.config.CloudConfigReader;
import io.ngrokd.cloud.config.ConfigException;
import io.ngrokd.cloud.config.EndpointConfig;
import io.ngrokd.cloud.config.EndpointUrl;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The steps of the demo. {@link #undo} may be called after any of them. */
final class Demo {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 150;
    private static final long GRACE_MILLIS = 500;

    private final Path launcher;
    private final DemoFiles files;
    private final Surroundings surroundings;
    private final Narrator narrator;
    private final BooleanSupplier stopAsked;
    private final Names names;
    private LocalCloud cloud;
    private DaemonProcess daemon;
    private Caller caller;

    Demo(Path launcher, DemoFiles files, Surroundings surroundings, Narrator narrator, BooleanSupplier stopAsked) {
        this.launcher = launcher;
        this.files = files;
        this.surroundings = surroundings;
        this.narrator = narrator;
        this.stopAsked = stopAsked;
        this.names = new Names(surroundings.hostsFile());
    }

    void run() throws DemoException, IOException, ConfigException, InterruptedException {
        files.writeCloud(surroundings);
        cloud = LocalCloud.start(files.cloudFile());
        caller = new Caller(cloud.caPem());
        narrator.step("Local cloud is up", "API " + cloud.apiUrl() + ", ingress " + cloud.ingressEndpoint());
        narrator.detail("everything of this demo is in", files.folder().toString());

        files.writeDaemonConfig(cloud, surroundings);
        daemon = DaemonProcess.start(launcher, files, surroundings);
        narrator.step("Daemon started", "pid " + daemon.pid() + ", log " + files.log());

        await("the daemon registers", () -> status("registered").map(JsonNode::asBoolean).orElse(false));
        narrator.step("Daemon registered", status("operator_id").map(JsonNode::asText).orElse(""));

        List<EndpointUrl> urls = CloudConfigReader.read(files.cloudFile()).endpoints().stream()
                .map(EndpointConfig::url).toList();
        for (EndpointUrl url : urls) {
            await(url + " is served", () -> isServed(url));
        }
        narrator.step("Endpoints are served", urls.size() + " of " + urls.size());
        for (EndpointUrl url : urls) {
            narrator.detail(url.toString(), served(url).map(found -> found.ip() + ":" + found.port()).orElse("?"));
        }

        narrator.step("Calls by name", "through the daemon, TLS verified against " + cloud.caFile().getFileName());
        for (EndpointUrl url : urls) {
            call(url);
        }

        EndpointUrl added = EndpointUrl.parse(files.addedUrl(surroundings));
        files.addEndpoint(added.toString());
        await(added + " appears", () -> isServed(added));
        narrator.step("Endpoint appeared", added + " was added to cloud.yml");
        call(added);

        files.removeAddedEndpoint();
        await(added + " vanishes", () -> served(added).isEmpty()
                && Names.inHostsFile(surroundings.namesFile(), added.host()).isEmpty());
        narrator.step("Endpoint vanished", added + " was removed from cloud.yml");
    }

    /** Exact commands to paste. */
    void printCommands(Path home) throws DemoException, IOException, ConfigException {
        narrator.line("");
        narrator.line("Now try it yourself (Ctrl-C stops everything and undoes it):");
        narrator.line("");
        for (EndpointConfig endpoint : CloudConfigReader.read(files.cloudFile()).endpoints()) {
            EndpointUrl url = endpoint.url();
            Optional<DaemonProcess.Served> served = served(url);
            if (served.isPresent()) {
                narrator.line("  " + command(url, served.get().ip()));
            }
        }
        narrator.line("  NGROKD_SOCKET=" + files.socket() + " " + home.resolve("bin/ngrokctl") + " list");
        narrator.line("  ${EDITOR:-vi} " + files.cloudFile());
        narrator.line("");
    }

    /** Stops the daemon, then the cloud; says what is left. Returns whether nothing is. */
    boolean undo() throws IOException, InterruptedException {
        try {
            return daemon == null || undoDaemon();
        } finally {
            if (cloud != null) {
                cloud.close();
            }
        }
    }

    private boolean undoDaemon() throws IOException, InterruptedException {
        List<String> faults = new ArrayList<>();
        switch (daemon.stop()) {
            case ORDERLY -> { }
            case COMPLAINING -> faults.add("it ended with exit code " + daemon.exitCode());
            case KILLED -> faults.add("it had to be killed");
        }
        if (files.isAnythingToUndo()) {
            faults.add(DaemonProcess.cleanUp(launcher, files, surroundings) ? "what it had left was cleaned up"
                    : "not all of what it had set up could be undone");
        }
        if (Names.hasManagedSection(surroundings.namesFile())) {
            faults.add("its section is still in " + surroundings.namesFile());
        }
        if (faults.isEmpty()) {
            narrator.step("Daemon stopped", "and everything it had set up was undone");
            return true;
        }
        narrator.step("Daemon stopped, but", String.join("; ", faults));
        if (files.isAnythingToUndo()) {
            narrator.line("    undo the rest with");
            narrator.line("    " + DaemonProcess.cleanUpCommand(launcher, files, surroundings));
        }
        return false;
    }

    /** Whether the daemon ended without being asked. */
    boolean hasDaemonDied() throws InterruptedException {
        if (daemon.isAlive()) {
            return false;
        }
        // Ctrl-C reaches the daemon as well as us, and perhaps a little earlier.
        Thread.sleep(GRACE_MILLIS);
        return !stopAsked.getAsBoolean();
    }

    private String command(EndpointUrl url, String ip) {
        String host = concrete(url);
        boolean resolvable = surroundings.hostsFile().isEmpty() && !url.wildcard();
        String resolve = resolvable ? "" : "--resolve " + host + ":" + url.port() + ":" + ip + " ";
        EndpointUrl asked = new EndpointUrl(url.scheme(), host, url.port());
        return switch (url.scheme()) {
            case "http" -> "curl " + resolve + asked + "/";
            case "https" -> "curl --cacert " + cloud.caFile() + " " + resolve + asked + "/";
            case "tls" -> "openssl s_client -quiet -verify_return_error -CAfile " + cloud.caFile() + " -servername " + host
                    + " -connect " + ip + ":" + url.port();
            default -> "nc " + (resolvable ? host : ip) + " " + url.port();
        };
    }

    private void call(EndpointUrl url) throws DemoException, IOException, InterruptedException {
        String host = concrete(url);
        String served = served(url).map(DaemonProcess.Served::ip)
                .orElseThrow(() -> DemoException.failed(url + " is not served any more"));
        // A hosts file knows no wildcards; those go to the address that the daemon names.
        String ip = served;
        if (!url.wildcard()) {
            await(host + " resolves", () -> names.resolve(host).isPresent());
            ip = names.resolve(host).orElse(served);
        }
        try {
            narrator.good(new EndpointUrl(url.scheme(), host, url.port()).toString(), caller.call(url, host, ip));
        } catch (IOException e) {
            throw DemoException.failed(url + " at " + ip + " does not answer as it should: " + e.getMessage(), e);
        }
    }

    private static String concrete(EndpointUrl url) {
        return url.wildcard() ? "foo" + url.host().substring(1) : url.host();
    }

    private boolean isServed(EndpointUrl url) throws IOException {
        Optional<DaemonProcess.Served> served = served(url);
        return served.isPresent() && (url.wildcard() || names.resolve(url.host()).isPresent())
                && Caller.isListening(served.get().ip(), served.get().port());
    }

    private Optional<DaemonProcess.Served> served(EndpointUrl url) {
        return daemon.served().stream().filter(candidate -> candidate.is(url)).findFirst();
    }

    private Optional<JsonNode> status(String field) {
        return daemon.ask("status").map(data -> data.path(field));
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private void await(String what, Condition condition) throws DemoException, IOException, InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (!condition.holds()) {
            if (stopAsked.getAsBoolean()) {
                throw DemoException.stopped();
            }
            if (hasDaemonDied()) {
                throw DemoException.failed("the daemon ended by itself while the demo waited until " + what);
            }
            if (Instant.now().isAfter(end)) {
                throw DemoException.failed("waited " + PATIENCE.toSeconds() + " s in vain until " + what);
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }
}
