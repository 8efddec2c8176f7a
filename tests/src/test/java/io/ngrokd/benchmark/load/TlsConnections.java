package io.ngrokd.benchmark.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** TLS clients that connect, shake hands, have one byte echoed and close, again and again, each on a thread of its own. */
final class TlsConnections {

    private static final int PATIENCE_MILLIS = 10_000;
    private static final SSLContext TRUSTING = trusting();

    private final InetSocketAddress address;
    private final List<String> names;
    private final int clients;

    TlsConnections(InetSocketAddress address, List<String> names, int clients) {
        this.address = address;
        this.names = names;
        this.clients = clients;
    }

    /** Runs for so long, one connection of each client at least, and returns the connections a second. */
    double run(long nanos) throws IOException {
        AtomicLong connections = new AtomicLong();
        long begin = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            List<Future<Void>> running = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                int first = client;
                running.add(threads.submit(() -> {
                    int next = first;
                    do {
                        connect(names.get(next++ % names.size()));
                        connections.incrementAndGet();
                    } while (System.nanoTime() - begin < nanos);
                    return null;
                }));
            }
            for (Future<Void> client : running) {
                client.get();
            }
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException(stopped);
        }
        return connections.get() / ((System.nanoTime() - begin) / 1e9);
    }

    private void connect(String name) throws IOException {
        try (Socket plain = new Socket()) {
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(PATIENCE_MILLIS);
            plain.connect(address, PATIENCE_MILLIS);
            try (SSLSocket socket = (SSLSocket) TRUSTING.getSocketFactory().createSocket(plain, name, address.getPort(), true)) {
                socket.setSSLParameters(naming(socket.getSSLParameters(), name));
                socket.getOutputStream().write('x');
                if (socket.getInputStream().read() != 'x') {
                    throw new IOException("no echo from " + name);
                }
            }
        }
    }

    /** A first message of such a client, for each of the names. */
    static List<byte[]> hellos(List<String> names) throws IOException {
        List<byte[]> hellos = new ArrayList<>();
        for (String name : names) {
            SSLEngine engine = TRUSTING.createSSLEngine(name, 1);
            engine.setUseClientMode(true);
            engine.setSSLParameters(naming(engine.getSSLParameters(), name));
            ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), record);
            byte[] bytes = new byte[record.flip().remaining()];
            record.get(bytes);
            hellos.add(bytes);
        }
        return hellos;
    }

    private static SSLParameters naming(SSLParameters parameters, String name) {
        parameters.setServerNames(List.of(new SNIHostName(name)));
        return parameters;
    }

    /** Who the far end is is no question here. */
    private static SSLContext trusting() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new X509TrustManager() {
                @Override
                public void checkClientTrusted(X509Certificate[] chain, String kind) {
                    throw new IllegalStateException("there are no clients");
                }

                @Override
                public void checkServerTrusted(X509Certificate[] chain, String kind) {
                    // Anybody.
                }

                @Override
                public X509Certificate[] getAcceptedIssuers() {
                    return new X509Certificate[0];
                }
            }}, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
