package io.ngrokd.daemon;

import io.ngrokd.cloud.authority.CertificateAuthority;
import io.ngrokd.cloud.authority.KeyedCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A network behind a proxy, as a program that runs on a {@link Machine}: a CONNECT proxy that wants a user and a password,
 * knows api.test, which is the cloud's API behind TLS, and ingress.test, and prints every CONNECT. The argument is the
 * folder of the cloud's authority.
 */
final class ProxyLab {

    static final int PORT = 3128;
    static final String CREDENTIALS = "ali:open sesame";

    private static final int API_PORT = 4040;
    private static final int LONGEST_HEAD = 8192;

    private ProxyLab() {}

    /**
     * Starts it and waits until it is up.
     *
     * @return its log, with a line for each CONNECT
     */
    static Path start(Machine machine, Cloud cloud) throws Exception {
        Path log = machine.folder().resolve("proxy.log");
        machine.start(machine.builder(Map.of(), List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", "-cp",
                        machine.home() + "/lib/*:" + Path.of(ProxyLab.class.getProtectionDomain().getCodeSource().getLocation().toURI()),
                        ProxyLab.class.getName(), cloud.state().toString()))
                .redirectErrorStream(true).redirectOutput(log.toFile()));
        Wait.until("the proxy is up", log::toString, () -> Files.exists(log) && Machine.text(log).contains("The proxy is up."));
        return log;
    }

    public static void main(String[] arguments) throws Exception {
        SSLContext tls = tls(CertificateAuthority.open(Path.of(arguments[0])).issueServer(List.of("api.test")));
        String wanted = "proxy-authorization: basic " + Base64.getEncoder().encodeToString(CREDENTIALS.getBytes(StandardCharsets.UTF_8));
        try (ServerSocket proxy = new ServerSocket(PORT, 50, InetAddress.getLoopbackAddress())) {
            System.out.println("The proxy is up.");
            while (true) {
                Socket client = proxy.accept();
                Thread.ofVirtual().start(() -> serve(client, wanted, tls));
            }
        }
    }

    private static void serve(Socket client, String wanted, SSLContext tls) {
        try (client) {
            String head = head(client.getInputStream());
            boolean known = head.lines().anyMatch(line -> line.equalsIgnoreCase(wanted));
            String target = head.split(" ")[1];
            System.out.println("CONNECT " + target + (known ? " let through" : " refused"));
            if (!known) {
                say(client, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"lab\"\r\nContent-Length: 0\r\n\r\n");
                return;
            }
            boolean api = target.equals("api.test:443");
            if (!api && !target.equals("ingress.test:" + Cloud.INGRESS_PORT)) {
                say(client, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
                return;
            }
            say(client, "HTTP/1.1 200 Connection established\r\n\r\n");
            try (Socket near = api ? unwrapped(client, tls) : client;
                    Socket far = new Socket(InetAddress.getLoopbackAddress(), api ? API_PORT : Cloud.INGRESS_PORT)) {
                Thread back = Thread.ofVirtual().start(() -> move(far, near));
                move(near, far);
                back.join();
            }
        } catch (IOException gone) {
            System.out.println("A connection ended: " + gone);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private static void move(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException gone) {
            System.out.println("A tunnel ended: " + gone);
        }
    }

    private static SSLSocket unwrapped(Socket client, SSLContext tls) throws IOException {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(client, null, client.getPort(), true);
        socket.setUseClientMode(false);
        return socket;
    }

    private static void say(Socket client, String text) throws IOException {
        OutputStream out = client.getOutputStream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || head.length() > LONGEST_HEAD) {
                throw new IOException("no request");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static SSLContext tls(KeyedCertificate server) throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
        keys.load(null, null);
        keys.setKeyEntry("api", server.key(), new char[0], new Certificate[] {server.certificate()});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
