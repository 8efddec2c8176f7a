package io.ngrokd.daemon;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Opens a WebSocket, sends two messages, and prints what came back. A program, so that it can run on a {@link Machine}. */
final class WebSocketEcho {

    private static final int SECONDS = 60;

    private WebSocketEcho() {}

    public static void main(String[] arguments) throws Exception {
        Received received = new Received();
        try (HttpClient client = HttpClient.newHttpClient()) {
            WebSocket socket = client.newWebSocketBuilder().buildAsync(URI.create(arguments[0]), received).get(SECONDS, TimeUnit.SECONDS);
            socket.sendText("first message", true).get(SECONDS, TimeUnit.SECONDS);
            socket.sendText("x".repeat(100_000), true).get(SECONDS, TimeUnit.SECONDS);
            String text = received.all.get(SECONDS, TimeUnit.SECONDS);
            System.out.println(text.substring(0, 13) + " and " + (text.length() - 13) + " more");
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "done").get(SECONDS, TimeUnit.SECONDS);
            socket.abort();
        }
    }

    private static final class Received implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<String> all = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (text.length() >= 100_013) {
                all.complete(text.toString());
            }
            socket.request(1);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            all.completeExceptionally(error);
        }
    }
}
