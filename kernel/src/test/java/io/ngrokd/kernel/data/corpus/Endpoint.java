package io.ngrokd.kernel.data.corpus;

import io.ngrokd.kernel.data.fixture.FakeIngress;
import io.ngrokd.kernel.data.fixture.HttpMessages;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** What stands behind the ingress: keeps every byte that it gets. One case at a time. */
final class Endpoint {

    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    private int served;
    private int latest;

    /** Answers every whole request. */
    void serve(FakeIngress.Connection connection) throws IOException {
        InputStream in = new Recorder(connection);
        int number = started();
        try {
            while (HttpMessages.message(in) != null) {
                connection.tls().getOutputStream().write(
                        HttpMessages.bytes("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok"));
            }
        } catch (IOException cut) {
            // What came before is what the suites look at.
            in.transferTo(OutputStream.nullOutputStream());
        } finally {
            ended(number);
        }
    }

    /** Reads to the end and answers nothing. */
    void swallow(FakeIngress.Connection connection) throws IOException {
        new Recorder(connection).transferTo(OutputStream.nullOutputStream());
    }

    synchronized byte[] seen() {
        return seen.toByteArray();
    }

    synchronized void forget() {
        seen.reset();
    }

    /** Whether that many streams have come and the last of them has ended. */
    synchronized boolean hasSeenTheEndOf(int streams) {
        return served == streams && latest == 0;
    }

    private synchronized int started() {
        latest = ++served;
        return latest;
    }

    private synchronized void ended(int number) {
        if (latest == number) {
            latest = 0;
        }
    }

    private synchronized void record(byte[] bytes, int offset, int length) {
        seen.write(bytes, offset, length);
    }

    private final class Recorder extends FilterInputStream {

        private Recorder(FakeIngress.Connection connection) throws IOException {
            super(connection.tls().getInputStream());
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
                record(bytes, offset, count);
            }
            return count;
        }
    }
}
