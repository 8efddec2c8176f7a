package io.ngrokd.kernel.control.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.ReferenceCountUtil;
import io.ngrokd.kernel.control.Caller;
import io.ngrokd.kernel.control.api.Api;
import io.ngrokd.kernel.control.api.Problem;
import io.ngrokd.kernel.control.api.Reply;
import io.ngrokd.kernel.control.api.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * HTTP/1.1 with one client of the control socket: blocking reads and writes on the client's virtual thread, Netty's codec in
 * between. A client that has closed its sending half still gets its answer.
 */
public final class HttpOverSocket {

    private static final int LONGEST_LINE = 8 << 10;
    private static final int LONGEST_HEAD = 16 << 10;
    private static final int LONGEST_BODY = 1 << 20;

    private static final String STREAM_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
            + "Connection: close\r\n\r\n";

    /** Ends an operation on the channel that takes too long, by closing it. */
    public interface Patience {
        /** Runs it, for so long and no longer. */
        <T> T with(SocketChannel client, Operation<T> operation) throws IOException;

        /** What may take too long. */
        interface Operation<T> {
            T run() throws IOException;
        }
    }

    private final Api api;
    private final Patience patience;

    public HttpOverSocket(Api api, Patience patience) {
        this.api = api;
        this.patience = patience;
    }

    /**
     * Answers requests until the client has no more.
     *
     * @param first what was read already
     */
    public void serve(SocketChannel client, byte[] first, Caller caller) throws IOException {
        EmbeddedChannel codec = new EmbeddedChannel(new HttpServerCodec(LONGEST_LINE, LONGEST_HEAD, 8192), new Whole());
        try {
            codec.writeInbound(Unpooled.wrappedBuffer(first));
            ByteBuffer block = ByteBuffer.allocate(8192);
            while (true) {
                FullHttpRequest request = codec.readInbound();
                if (request != null) {
                    if (!answer(client, codec, request, caller)) {
                        return;
                    }
                    continue;
                }
                flush(client, codec);
                if (!codec.isOpen() || patience.with(client, () -> client.read(block)) < 0) {
                    return;
                }
                block.flip();
                codec.writeInbound(Unpooled.copiedBuffer(block));
                block.clear();
            }
        } finally {
            codec.finishAndReleaseAll();
        }
    }

    /** Whether the connection goes on. */
    private boolean answer(SocketChannel client, EmbeddedChannel codec, FullHttpRequest message, Caller caller) throws IOException {
        try {
            boolean keep = HttpUtil.isKeepAlive(message) && message.decoderResult().isSuccess();
            Reply reply = message.decoderResult().isFailure()
                    ? new Problem(400, "that is no HTTP that can be understood", "").reply()
                    : reply(message, caller);
            return switch (reply) {
                case Reply.Document document -> {
                    FullHttpResponse response = response(document);
                    HttpUtil.setKeepAlive(response, keep);
                    codec.writeOutbound(response);
                    flush(client, codec);
                    yield keep;
                }
                case Reply.Stream stream -> {
                    stream(client, stream);
                    yield false;
                }
            };
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private Reply reply(FullHttpRequest message, Caller caller) {
        try {
            QueryStringDecoder target = new QueryStringDecoder(message.uri());
            Map<String, String> query = new LinkedHashMap<>();
            target.parameters().forEach((name, values) -> query.put(name, values.getFirst()));
            return api.answer(new Request(message.method().name(), target.path(), query,
                    message.headers().get(HttpHeaderNames.ACCEPT, ""), message.headers().get("Last-Event-ID", ""),
                    ByteBufUtil.getBytes(message.content()), caller));
        } catch (IllegalArgumentException malformed) {
            return new Problem(400, "the request's address cannot be read: " + malformed.getMessage(), "").reply();
        }
    }

    private static FullHttpResponse response(Reply.Document document) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(document.status()), Unpooled.wrappedBuffer(document.body()));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, document.contentType()).set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set(HttpHeaderNames.CONTENT_LENGTH, document.body().length);
        document.headers().forEach((name, value) -> response.headers().set(name, value));
        return response;
    }

    private void flush(SocketChannel client, EmbeddedChannel codec) throws IOException {
        for (ByteBuf bytes = codec.readOutbound(); bytes != null; bytes = codec.readOutbound()) {
            try {
                for (ByteBuffer part : bytes.nioBuffers()) {
                    write(client, part);
                }
            } finally {
                bytes.release();
            }
        }
    }

    private void write(SocketChannel client, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            patience.with(client, () -> client.write(bytes));
        }
    }

    private void stream(SocketChannel client, Reply.Stream stream) throws IOException {
        text(client, STREAM_HEAD);
        try {
            stream.source().run(new Reply.Sink() {
                @Override
                public void send(String type, long id, String data) throws IOException {
                    text(client, EventText.of(type, id, data));
                }

                @Override
                public void beat() throws IOException {
                    text(client, EventText.BEAT);
                }
            });
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void text(SocketChannel client, String text) throws IOException {
        write(client, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Requests with their bodies, and our own words for one that is too long. */
    private static final class Whole extends HttpObjectAggregator {

        Whole() {
            super(LONGEST_BODY);
        }

        @Override
        protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
            FullHttpResponse response = response(
                    new Problem(413, "the request is longer than " + (LONGEST_BODY >> 20) + " MiB", "").reply());
            HttpUtil.setKeepAlive(response, false);
            context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
