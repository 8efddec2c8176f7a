package io.ngrokd.kernel;

import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.config.HostPort;
import io.ngrokd.kernel.data.ingress.IngressTrust;
import io.ngrokd.kernel.ngrok.ApiNetwork;
import io.ngrokd.kernel.proxy.ProxyServer;
import io.ngrokd.kernel.status.DaemonStatus;
import io.ngrokd.kernel.status.StatusBoard;
import io.ngrokd.kernel.trust.CertificateFiles;
import io.ngrokd.kernel.trust.CertificateFiles.Found;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ways to ngrok as the config and the files it names have them: who is trusted, which proxy is in between. Says both in the status. */
final class Ways {

    private static final Logger LOG = LoggerFactory.getLogger(Ways.class);
    private static final String INSECURE = "server.insecure_skip_verify is on: the ingress is not verified, whoever answers in its place"
            + " can read and change everything; remove it where this is no lab";

    private final StatusBoard board;
    private final Map<String, List<String>> told = new HashMap<>();

    Ways(StatusBoard board) {
        this.board = board;
    }

    /** A configuration comes into force: at the start and at every reload. */
    void announce(DaemonConfig config) {
        if (config.server().insecureSkipVerify()) {
            LOG.warn("The ingress is not verified (server.insecure_skip_verify). Whoever answers in its place can read and change everything.");
            board.warn("insecure", INSECURE);
        } else {
            board.clearWarning("insecure");
        }
        ingress(config);
        api(config);
        proxy(config).ifPresent(proxy -> LOG.info("ngrok is reached through a proxy. proxy=\"{}\"", proxy));
    }

    /** Whom to take for the ingress. Reads files; a change of theirs counts at the next call. */
    IngressTrust ingress(DaemonConfig config) {
        Path files = config.server().ingressCa();
        IngressTrust trust = config.server().insecureSkipVerify()
                ? IngressTrust.unverified()
                : IngressTrust.ofNgrok(roots("server.ingress_ca", CertificateFiles.read(files)), place(files));
        board.ways(new DaemonStatus.Ways(trust.toString(), proxy(config).map(ProxyServer::toString)));
        return trust;
    }

    /** How to reach the API. Reads files. */
    ApiNetwork api(DaemonConfig config) {
        return new ApiNetwork(roots("api.ca", config.api().ca().map(Ways::existing).orElse(Found.NOTHING)), config.proxy());
    }

    /** Unlike the ingress's folder, which is a habit, this one was written down: it ought to be there. */
    private static Found existing(Path files) {
        return Files.exists(files) ? CertificateFiles.read(files) : new Found(List.of(), List.of(files + " does not exist"));
    }

    private synchronized List<X509Certificate> roots(String key, Found found) {
        if (found.problems().isEmpty()) {
            board.clearWarning(key);
        } else {
            board.warn(key, key + ": " + String.join("; ", found.problems()));
        }
        if (!found.problems().equals(told.put(key, found.problems())) && !found.problems().isEmpty()) {
            LOG.warn("Some files with roots are of no use; the others count. key={} problems=\"{}\"", key, String.join("; ", found.problems()));
        }
        return found.certificates();
    }

    private static String place(Path files) {
        return Files.isRegularFile(files) ? "the file " + files + " (server.ingress_ca)" : "the folder " + files + " (server.ingress_ca)";
    }

    private static Optional<ProxyServer> proxy(DaemonConfig config) {
        HostPort ingress = config.ingressEndpoint().orElse(DaemonConfig.DEFAULT_INGRESS);
        URI api = config.api().url();
        return config.proxy().towards(ingress.host(), ingress.port())
                .or(() -> config.proxy().towards(api.getHost(), api.getPort() < 0 ? 443 : api.getPort()));
    }
}
