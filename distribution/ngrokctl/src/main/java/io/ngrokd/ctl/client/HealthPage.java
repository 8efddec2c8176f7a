package io.ngrokd.ctl.client;

import io.ngrokd.ctl.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URL;
import java.time.Duration;

/** The daemon's health page, {@code GET /status} over HTTP. */
public final class HealthPage {

    private static final long LONGEST_PAGE = 256L * 1024 * 1024;

    private final URL address;
    private final Duration timeout;

    /**
     * @param base where the daemon serves its health, without the path: {@code http://127.0.0.1:8081} or the address alone
     * @throws CommandFailure when that is no such address
     */
    public HealthPage(String base, Duration timeout) throws CommandFailure {
        this.address = page(base);
        this.timeout = timeout;
    }

    private static URL page(String base) throws CommandFailure {
        String start = base.contains("://") ? base : "http://" + (base.startsWith(":") ? "127.0.0.1" + base : base);
        try {
            URI root = URI.create(start.endsWith("/") ? start : start + "/");
            if (root.getHost() != null && ("http".equals(root.getScheme()) || "https".equals(root.getScheme()))) {
                return root.resolve("status").toURL();
            }
        } catch (IllegalArgumentException | MalformedURLException malformed) {
            // Said below, in the same words as for an address that is well formed but of no use.
        }
        throw new CommandFailure(ExitStatus.USAGE, "'" + base + "' is no address of a health page.",
                "It looks like this: http://127.0.0.1:8081");
    }

    /**
     * Fetches the page. A daemon that is not well answers too, with 503 and the same JSON.
     *
     * @return JSON in UTF-8
     * @throws CommandFailure when there is none
     */
    public byte[] fetch() throws CommandFailure {
        try {
            HttpURLConnection connection = (HttpURLConnection) address.openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout((int) timeout.toMillis());
            connection.setReadTimeout((int) timeout.toMillis());
            connection.setInstanceFollowRedirects(false);
            int status = connection.getResponseCode();
            try (Deadline deadline = new Deadline(timeout, connection::disconnect);
                    InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                return read(body, status, deadline);
            }
        } catch (SocketTimeoutException timedOut) {
            throw late();
        } catch (IOException failure) {
            throw new CommandFailure(ExitStatus.NO_DAEMON, "No health page at " + address + ": " + failure.getMessage() + ".",
                    "Is the daemon running? 'ngrokctl status' tells.",
                    "Does it serve its health elsewhere (server.health_address)? Then: ngrokctl health --url http://HOST:PORT");
        }
    }

    private byte[] read(InputStream body, int status, Deadline deadline) throws CommandFailure {
        try {
            byte[] page = body == null ? new byte[0] : new LimitedInputStream(body, LONGEST_PAGE).readAllBytes();
            if (Json.isObject(page)) {
                return page;
            }
        } catch (IOException failure) {
            if (deadline.passed() || failure instanceof SocketTimeoutException) {
                throw late();
            }
            throw new CommandFailure(ExitStatus.ERROR, "The health page at " + address + " broke off: " + failure.getMessage() + ".");
        }
        throw new CommandFailure(ExitStatus.ERROR, "What answers at " + address + " (HTTP " + status + ") is no health page of ngrokd.",
                "Another program may hold that port: move ngrokd's with server.health_address.");
    }

    private CommandFailure late() {
        return new CommandFailure(ExitStatus.TIMED_OUT, address + " did not answer within " + timeout.toSeconds() + " s.",
                "Wait longer with --timeout SECONDS.");
    }
}
