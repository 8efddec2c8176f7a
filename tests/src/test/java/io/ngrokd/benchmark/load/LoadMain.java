package io.ngrokd.benchmark.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The load generator: obeys one line at a time on its standard input, {@code KIND HOST PORT CONNECTIONS MILLIS}, and answers
 * each with {@code ok VALUE} or {@code failed REASON}. Ends when its input does.
 */
public final class LoadMain {

    private static final String ANSWER_END = "\r\n\r\nHello, world!\n";

    private LoadMain() {}

    public static void main(String[] arguments) throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        List<SocketChannel> held = List.of();
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            try {
                String[] words = line.split(" ");
                InetSocketAddress address = new InetSocketAddress(words[1], Integer.parseInt(words[2]));
                int connections = Integer.parseInt(words[3]);
                long nanos = Long.parseLong(words[4]) * 1_000_000;
                double value = switch (words[0]) {
                    case "download" -> SingleStream.download(address, nanos);
                    case "ping-pong" -> SingleStream.pingPong(address, nanos);
                    case "keep-alive" -> new ClosedLoop(address, request(words[1]), ANSWER_END, connections, false).run(nanos);
                    case "http-connections" -> new ClosedLoop(address, request(words[1]), ANSWER_END, connections, true).run(nanos);
                    case "tcp-connections" -> new ClosedLoop(address, "x", "x", connections, true).run(nanos);
                    case "tls-connections" -> new TlsConnections(address, Names.TLS, connections).run(nanos);
                    case "hello-connections" -> {
                        List<byte[]> hellos = TlsConnections.hellos(Names.HELLO);
                        // All of it comes back; its last bytes are nowhere else in it.
                        List<byte[]> ends = hellos.stream()
                                .map(hello -> Arrays.copyOfRange(hello, hello.length - 16, hello.length)).toList();
                        yield new ClosedLoop(address, hellos, ends, connections, true).run(nanos);
                    }
                    case "first-byte-tcp" -> SingleStream.firstByte(address, "x", connections);
                    case "first-byte-http" -> SingleStream.firstByte(address, request(words[1]), connections);
                    case "hold" -> {
                        held = SingleStream.hold(address, connections);
                        yield held.size();
                    }
                    case "release" -> {
                        for (SocketChannel channel : held) {
                            channel.close();
                        }
                        yield held.size();
                    }
                    default -> throw new IOException("unknown order");
                };
                System.out.println("ok " + value);
            } catch (IOException | RuntimeException failed) {
                System.out.println("failed " + line + ": " + failed);
            }
        }
    }

    private static String request(String host) {
        return "GET / HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: benchmark\r\nAccept: */*\r\n\r\n";
    }
}
