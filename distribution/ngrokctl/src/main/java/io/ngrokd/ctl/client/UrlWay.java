package io.ngrokd.ctl.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import javax.net.ssl.SSLSocketFactory;

/** Over TCP, to {@code server.health_address} or whatever leads there. */
public final class UrlWay implements Way {

    private final URI url;
    private final boolean secure;
    private final int port;

    /**
     * @param text {@code http://127.0.0.1:8081}, or the address alone
     * @throws CommandFailure when that is no such address
     */
    public UrlWay(String text) throws CommandFailure {
        url = parse(text);
        secure = url.getScheme().equals("https");
        int usual = secure ? 443 : 80;
        port = url.getPort() < 0 ? usual : url.getPort();
    }

    private static URI parse(String text) throws CommandFailure {
        String start = text.contains("://") ? text : "http://" + (text.startsWith(":") ? "127.0.0.1" + text : text);
        try {
            URI url = URI.create(start);
            if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                return url;
            }
        } catch (IllegalArgumentException malformed) {
            // Said below, in the same words as for an address that is well formed but of no use.
        }
        throw new CommandFailure(ExitStatus.USAGE, "'" + text + "' is no address of ngrokd.", "It looks like this: http://127.0.0.1:8081");
    }

    /** The socket under TLS is another one than that which was connected. */
    private static final class Open implements Connection {
        private final Socket plain = new Socket();
        private volatile Socket used = plain;

        @Override
        public InputStream input() throws IOException {
            return used.getInputStream();
        }

        @Override
        public OutputStream output() throws IOException {
            return used.getOutputStream();
        }

        @Override
        public void close() throws IOException {
            plain.close();
        }
    }

    @Override
    public Connection open() {
        return new Open();
    }

    @Override
    public void connect(Connection connection) throws IOException {
        Open open = (Open) connection;
        String host = url.getHost().replaceAll("[\\[\\]]", "");
        open.plain.connect(new InetSocketAddress(host, port));
        if (secure) {
            open.used = ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(open.plain, host, port, true);
        }
    }

    @Override
    public CommandFailure explain(IOException failure) {
        return new CommandFailure(ExitStatus.NO_DAEMON, "No daemon: nobody answers at " + url + " (" + failure.getMessage() + ").",
                "Is the daemon running? 'ngrokctl status' without --url asks its socket.",
                "Does it listen elsewhere? See server.health_address in its config.yml.");
    }

    @Override
    public String host() {
        return url.getAuthority();
    }

    @Override
    public String name() {
        return url.toString();
    }
}
