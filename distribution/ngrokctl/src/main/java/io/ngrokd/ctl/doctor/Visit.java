package io.ngrokd.ctl.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A connection to an endpoint from here, and what answers on it. */
final class Visit implements AutoCloseable {

    static final String CONNECT = "connect";
    static final String ANSWER = "answer";

    private static final int CONNECT_MILLIS = 3000;
    private static final int ANSWER_MILLIS = 5000;
    /** A tcp service that waits for its client to speak stays silent. */
    private static final int SILENCE_MILLIS = 1500;
    private static final int LONGEST_LINE = 200;
    private static final String LOOK_BEHIND = "The way is good; look at the service behind the endpoint.";

    private final InetSocketAddress place;
    private final String host;
    private final String protocol;
    private final Socket socket = new Socket();

    /**
     * @param host for SNI and the Host header
     * @param protocol {@code http}, {@code https}, {@code tls} or {@code tcp}
     */
    Visit(InetAddress address, int port, String host, String protocol) {
        this.place = new InetSocketAddress(address, port);
        this.host = host;
        this.protocol = protocol;
    }

    private String where() {
        return place.getAddress().getHostAddress() + ":" + place.getPort();
    }

    Hop connect() {
        try {
            socket.connect(place, CONNECT_MILLIS);
            return Hop.ok(CONNECT, where() + " accepts connections from here");
        } catch (IOException refused) {
            return Hop.failed(CONNECT, where() + " does not accept connections from here: " + refused.getMessage(),
                    "Something between you and the daemon is in the way: a firewall of this machine, or you are in a container or on another machine."
                            + " Virtual addresses are for programs on the daemon's own machine.");
        }
    }

    Hop answer() {
        try {
            return switch (protocol) {
                case "http" -> http(socket, "");
                case "https", "tls" -> secure();
                default -> silentOrNot();
            };
        } catch (SocketTimeoutException silent) {
            return Hop.failed(ANSWER, "nothing came within " + ANSWER_MILLIS / 1000 + " s", LOOK_BEHIND);
        } catch (IOException | GeneralSecurityException broken) {
            return Hop.failed(ANSWER, "no answer: " + broken.getMessage(), "'ngrokctl list' has the endpoint's last error.");
        }
    }

    private Hop http(Socket over, String prefix) throws IOException {
        over.setSoTimeout(ANSWER_MILLIS);
        over.getOutputStream().write(("HEAD / HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: ngrokctl-doctor\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        InputStream input = over.getInputStream();
        String status = line(input);
        String error = "";
        for (String header = line(input); !header.isEmpty(); header = line(input)) {
            error = header.regionMatches(true, 0, "x-ngrokd-error:", 0, 15) ? header.substring(15).strip() : error;
        }
        if (!error.isEmpty()) {
            return Hop.failed(ANSWER, prefix + "ngrokd's own page: " + status + ", " + error, "See the page itself: curl http://" + host + "/");
        }
        if (!status.startsWith("HTTP/")) {
            return status.isEmpty() ? Hop.failed(ANSWER, prefix + "the connection ended without an answer", "'ngrokctl list' has the endpoint's last error.")
                    : Hop.warning(ANSWER, prefix + "what answers is no HTTP: " + status, "Is the endpoint really an " + protocol + " one?");
        }
        return status.matches("HTTP/\\S+ 5\\d\\d.*") ? Hop.warning(ANSWER, prefix + status, LOOK_BEHIND) : Hop.ok(ANSWER, prefix + status);
    }

    private Hop secure() throws IOException, GeneralSecurityException {
        Onlooker onlooker = new Onlooker();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new Onlooker[] {onlooker}, null);
        socket.setSoTimeout(ANSWER_MILLIS);
        try (SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, host, place.getPort(), true)) {
            SSLParameters parameters = tls.getSSLParameters();
            serverName().ifPresent(name -> parameters.setServerNames(List.of(name)));
            tls.setSSLParameters(parameters);
            tls.startHandshake();
            X509Certificate own = onlooker.chain()[0];
            String who = tls.getSession().getProtocol() + " with " + own.getSubjectX500Principal() + ", valid until " + own.getNotAfter().toInstant()
                    + (onlooker.isTrusted() ? "" : " (" + own.getIssuerX500Principal() + " vouches for it, whom Java does not know)");
            return protocol.equals("https") ? http(tls, who + "; ") : Hop.ok(ANSWER, who);
        } catch (SocketTimeoutException silent) {
            throw silent;
        } catch (IOException refused) {
            return Hop.failed(ANSWER, "no TLS with it: " + refused.getMessage(),
                    "'ngrokctl list' has the endpoint's last error; if there is none, look at the service behind it.");
        }
    }

    /** A wildcard may be for names that TLS does not take. */
    private Optional<SNIHostName> serverName() {
        try {
            return Optional.of(new SNIHostName(host));
        } catch (IllegalArgumentException unfit) {
            return Optional.empty();
        }
    }

    private Hop silentOrNot() throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        try {
            int first = socket.getInputStream().read();
            return first >= 0 ? Hop.ok(ANSWER, "the service speaks first, and did")
                    : Hop.warning(ANSWER, "the connection was closed without a byte", "'ngrokctl list' has the endpoint's last error, if ngrokd closed it.");
        } catch (SocketTimeoutException silent) {
            return Hop.ok(ANSWER, "the connection stays open; the service waits for its client to speak");
        }
    }

    private static String line(InputStream input) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = input.read(); next >= 0 && next != '\n'; next = input.read()) {
            if (line.length() < LONGEST_LINE) {
                line.append(next >= ' ' && next < 0x7f ? (char) next : ' ');
            }
        }
        return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
