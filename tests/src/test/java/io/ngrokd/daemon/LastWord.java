package io.ngrokd.daemon;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Accepts one connection, reads it to its end, and only then answers how many bytes there were. A program, so that it can
 * run on a {@link Machine}.
 */
final class LastWord {

    private LastWord() {}

    public static void main(String[] arguments) throws IOException {
        try (ServerSocket server = new ServerSocket(Integer.parseInt(arguments[0]), 1, InetAddress.getLoopbackAddress());
                Socket client = server.accept()) {
            int count = client.getInputStream().readAllBytes().length;
            client.getOutputStream().write((count + " bytes").getBytes(StandardCharsets.US_ASCII));
        }
    }
}
