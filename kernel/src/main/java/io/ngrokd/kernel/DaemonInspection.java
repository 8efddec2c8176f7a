package io.ngrokd.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.control.About;
import io.ngrokd.kernel.control.Inspection;
import io.ngrokd.kernel.report.KnownSecrets;
import io.ngrokd.kernel.report.ThisProcess;
import io.ngrokd.kernel.report.Variables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** What this daemon says of itself in a bug report. Safe for use by several threads. */
final class DaemonInspection implements Inspection {

    private final About about;
    private final Map<String, String> environment;
    private final Supplier<DaemonConfig> config;

    /**
     * @param environment as the process was started with
     * @param config the one in force
     */
    DaemonInspection(About about, Map<String, String> environment, Supplier<DaemonConfig> config) {
        this.about = about;
        this.environment = Map.copyOf(environment);
        this.config = config;
    }

    @Override
    public ObjectNode versions() {
        return ThisProcess.versions().put("ngrokd", about.version()).put("transport", about.transport());
    }

    @Override
    public ObjectNode numbers() {
        return ThisProcess.numbers();
    }

    @Override
    public ObjectNode environment() {
        return Variables.shown(environment);
    }

    @Override
    public String threads() throws IOException {
        return ThisProcess.threads();
    }

    @Override
    public JsonNode masked(JsonNode document) {
        return new KnownSecrets(secrets()).mask(document);
    }

    /** The key of the API, keys in files line by line, the token, and how proxies are told who we are. */
    private List<String> secrets() {
        DaemonConfig now = config.get();
        List<String> secrets = new ArrayList<>(List.of(now.api().key(), environment.getOrDefault("NGROK_API_KEY", ""),
                environment.getOrDefault("NGROKD_API_KEY", "")));
        now.proxy().server().flatMap(server -> server.credentials()).ifPresent(credentials ->
                secrets.addAll(List.of(credentials.user() + ":" + credentials.password(), credentials.password())));
        environment.forEach((name, value) -> {
            if (name.toLowerCase(Locale.ROOT).matches(".*_proxy(_url)?") && value.contains("@")) {
                String credentials = value.substring(0, value.lastIndexOf('@')).replaceFirst("^.*://", "");
                secrets.addAll(List.of(credentials, credentials.substring(credentials.indexOf(':') + 1)));
            }
        });
        Path state = now.server().stateFolder();
        Path key = now.server().clientKey();
        List<Path> files = new ArrayList<>(List.of(key, state.resolve("pending.key"), state.resolve("control.token")));
        String keyFile = environment.getOrDefault("NGROK_API_KEY_FILE", "");
        if (!keyFile.isBlank()) {
            files.add(Path.of(keyFile));
        }
        files.forEach(file -> secrets.addAll(lines(file)));
        return secrets;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream().filter(line -> !line.startsWith("-----")).toList();
        } catch (IOException notThere) {
            return List.of();
        }
    }
}
