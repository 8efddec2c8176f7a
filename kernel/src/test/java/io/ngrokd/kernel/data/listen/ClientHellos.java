package io.ngrokd.kernel.data.listen;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** First messages of TLS clients, made by a real one. */
final class ClientHellos {

    /** A record of TLS 1.2 with one fatal alert, number 112. */
    static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    private ClientHellos() {}

    static byte[] naming(String name) throws IOException {
        return of(List.of(new SNIHostName(name)));
    }

    static byte[] namingNobody() throws IOException {
        return of(List.of());
    }

    private static byte[] of(List<SNIServerName> names) throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SSLSocket socket = (SSLSocket) SSLContext.getDefault().getSocketFactory()
                        .createSocket(server.getInetAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(names);
            socket.setSSLParameters(parameters);
            Thread handshake = Thread.ofVirtual().start(() -> {
                try {
                    socket.startHandshake();
                } catch (IOException expected) {
                    Thread.currentThread().interrupt();
                }
            });
            byte[] header = accepted.getInputStream().readNBytes(5);
            byte[] body = accepted.getInputStream().readNBytes((header[3] & 0xFF) << 8 | header[4] & 0xFF);
            accepted.shutdownOutput();
            handshake.join();
            byte[] all = new byte[header.length + body.length];
            System.arraycopy(header, 0, all, 0, header.length);
            System.arraycopy(body, 0, all, header.length, body.length);
            return all;
        } catch (NoSuchAlgorithmException | InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }
}
