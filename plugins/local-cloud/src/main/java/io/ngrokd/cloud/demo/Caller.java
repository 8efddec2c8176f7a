package io.ngrokd.cloud.demo;

import io.ngrokd.cloud.config.EndpointUrl;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Calls endpoints as an application would, with plain sockets and TLS that is verified against the cloud's CA. */
final class Caller {

    private static final int TIMEOUT_MILLIS = 15_000;
    private static final String ECHOED = "ngrokd demo";

    private final SSLContext tls;

    Caller(String caPem) throws IOException {
        this.tls = trusting(caPem);
    }

    /**
     * @param host the concrete name to ask for, also when the endpoint is a wildcard
     * @return what came back, in a few words
     */
    String call(EndpointUrl url, String host, String ip) throws IOException {
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(ip, url.port()), TIMEOUT_MILLIS);
            plain.setSoTimeout(TIMEOUT_MILLIS);
            return switch (url.scheme()) {
                case "http" -> get(plain, host, url.port());
                case "https" -> get(secured(plain, host, url.port()), host, url.port());
                case "tls" -> echo(secured(plain, host, url.port()));
                default -> echo(plain);
            };
        }
    }

    /** Whether something listens there. */
    static boolean isListening(String ip, int port) {
        try (Socket probe = new Socket()) {
            probe.connect(new InetSocketAddress(ip, port), TIMEOUT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String get(Socket socket, String host, int port) throws IOException {
        String authority = port == 80 || port == 443 ? host : host + ":" + port;
        OutputStream out = socket.getOutputStream();
        out.write(("GET / HTTP/1.1\r\nHost: " + authority + "\r\nUser-Agent: ngrokd-demo\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String status = answer.lines().findFirst().orElse("no answer");
        int body = answer.indexOf("\r\n\r\n");
        if (!status.startsWith("HTTP/1.1 200") || body < 0) {
            throw new IOException("answered " + status);
        }
        String greeting = answer.substring(body + 4).lines().filter(line -> line.startsWith("endpoint:"))
                .findFirst().orElse("");
        return "200 " + greeting.replaceAll("\\s+", " ");
    }

    private static String echo(Socket socket) throws IOException {
        byte[] bytes = (ECHOED + "\n").getBytes(StandardCharsets.UTF_8);
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        String back = new String(socket.getInputStream().readNBytes(bytes.length), StandardCharsets.UTF_8).strip();
        if (!back.equals(ECHOED)) {
            throw new IOException("echoed \"" + back + "\" and not \"" + ECHOED + "\"");
        }
        return "echoed \"" + back + "\"";
    }

    private SSLSocket secured(Socket plain, String host, int port) throws IOException {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(host)));
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static SSLContext trusting(String caPem) throws IOException {
        try {
            KeyStore trust = KeyStore.getInstance(KeyStore.getDefaultType());
            trust.load(null, null);
            trust.setCertificateEntry("ca", CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(caPem.getBytes(StandardCharsets.US_ASCII))));
            TrustManagerFactory managers =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trust);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the cloud's CA can't be trusted", e);
        }
    }
}
