package io.ngrokd.kernel.data.corpus;

import io.ngrokd.kernel.data.fixture.FakeIngress;
import io.ngrokd.kernel.data.fixture.HttpMessages;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.Set;

/** What stands behind the ingress: keeps every byte that it gets. One case at a time. */
final class Endpoint {

    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    private final Set<FakeIngress.Connection> busy = new HashSet<>();

    /** Answers every whole request. */
    void serve(FakeIngress.Connection connection) throws IOException {
        InputStream in = new Recorder(connection);
        markBusy(connection, true);
        try {
            while (HttpMessages.message(in) != null) {
                markBusy(connection, false);
                connection.tls().getOutputStream().write(
                        HttpMessages.bytes("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok"));
            }
        } catch (IOException cut) {
            // What came before is what the suites look at.
            in.transferTo(OutputStream.nullOutputStream());
        } finally {
            markBusy(connection, false);
        }
    }

    /** Reads to the end and answers nothing. */
    void swallow(FakeIngress.Connection connection) throws IOException {
        new Recorder(connection).transferTo(OutputStream.nullOutputStream());
        markBusy(connection, false);
    }

    synchronized byte[] seen() {
        return seen.toByteArray();
    }

    synchronized void forget() {
        seen.reset();
    }

    /** Whether a message is on its way that is neither whole nor cut. */
    synchronized boolean isBusy() {
        return !busy.isEmpty();
    }

    private synchronized void markBusy(FakeIngress.Connection connection, boolean isBusy) {
        if (isBusy) {
            busy.add(connection);
        } else {
            busy.remove(connection);
        }
    }

    private synchronized void record(FakeIngress.Connection connection, byte[] bytes, int offset, int length) {
        seen.write(bytes, offset, length);
        busy.add(connection);
    }

    private final class Recorder extends FilterInputStream {

        private final FakeIngress.Connection connection;

        private Recorder(FakeIngress.Connection connection) throws IOException {
            super(connection.tls().getInputStream());
            this.connection = connection;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            if (count > 0) {
                record(connection, bytes, offset, count);
            }
            return count;
        }
    }
}
