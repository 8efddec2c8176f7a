package io.ngrokd.daemon;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens many connections, each of which says nothing or only the beginning of something, and keeps them until its standard
 * input ends. A program, so that it can run on a {@link Machine}.
 */
final class HalfOpenClients {

    private static final byte[][] BEGINNINGS =
            {{}, "GET / HTTP/1.1\r\nHost: pl".getBytes(StandardCharsets.US_ASCII), {0x16, 3, 1, 2, 0, 1, 0, 1}};

    private HalfOpenClients() {}

    public static void main(String[] arguments) throws IOException {
        List<Socket> all = new ArrayList<>();
        for (int count = 0; count < Integer.parseInt(arguments[2]); count++) {
            Socket client = new Socket(arguments[0], Integer.parseInt(arguments[1]));
            client.getOutputStream().write(BEGINNINGS[count % BEGINNINGS.length]);
            all.add(client);
        }
        System.out.println(all.size() + " open");
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
    }
}
