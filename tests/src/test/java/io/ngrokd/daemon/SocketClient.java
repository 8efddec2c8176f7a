package io.ngrokd.daemon;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/**
 * A TCP client that does what it is told, one line of its standard input at a time, and says on its standard output what
 * came of it. A program, so that it can run on a {@link Machine}: {@code SocketClient HOST PORT}. Its receive buffer is
 * small, so that who sends to it soon notices that it does not read.
 */
final class SocketClient {

    private static final int RECEIVE_BUFFER = 64 * 1024;

    private SocketClient() {}

    public static void main(String[] arguments) throws IOException {
        try (Socket socket = new Socket();
                BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            socket.setReceiveBufferSize(RECEIVE_BUFFER);
            socket.connect(new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1])));
            System.out.println("connected");
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                String[] words = line.split(" ", 2);
                System.out.println(answer(socket, words[0], words.length > 1 ? words[1] : ""));
            }
        } catch (IOException failed) {
            System.out.println("failed " + failed.getMessage());
        }
    }

    private static String answer(Socket socket, String command, String argument) throws IOException {
        return switch (command) {
            case "send" -> {
                socket.getOutputStream().write(argument.replace("\\r\\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
                yield "sent";
            }
            case "read" -> "read " + read(socket.getInputStream(), Long.parseLong(argument));
            case "end" -> {
                socket.shutdownOutput();
                yield "ended";
            }
            default -> throw new IOException("unknown command " + command);
        };
    }

    /** So many bytes at most, and what came instead of more. */
    private static String read(InputStream in, long most) {
        long count = 0;
        byte[] block = new byte[256 * 1024];
        try {
            while (count < most) {
                int length = in.read(block, 0, (int) Math.min(block.length, most - count));
                if (length < 0) {
                    return count + " and the end";
                }
                count += length;
            }
            return Long.toString(count);
        } catch (SocketException reset) {
            return count + " and a reset";
        } catch (IOException failed) {
            return count + " and " + failed.getMessage();
        }
    }
}
