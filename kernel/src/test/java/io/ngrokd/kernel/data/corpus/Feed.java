package io.ngrokd.kernel.data.corpus;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;

/** How bytes are sent. */
enum Feed {
    AT_ONCE {
        @Override
        void write(byte[] bytes, OutputStream out) throws IOException {
            out.write(bytes);
        }
    },
    BYTE_BY_BYTE {
        @Override
        void write(byte[] bytes, OutputStream out) throws IOException {
            for (byte b : bytes) {
                out.write(b);
            }
        }
    };

    abstract void write(byte[] bytes, OutputStream out) throws IOException;

    /** Sends all of it, or as much as the other side takes before it has had enough. */
    void send(byte[] bytes, Socket socket) throws IOException {
        try {
            write(bytes, socket.getOutputStream());
        } catch (IOException enough) {
            if (socket.isClosed()) {
                throw enough;
            }
        }
    }
}
