package io.ngrokd.kernel.data.ingress;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.HttpProxyHandler.HttpProxyConnectException;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.ngrokd.kernel.data.ingress.IngressException.Cause;
import io.ngrokd.kernel.proxy.ProxyServer;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.function.Consumer;

/** Has a proxy open the way to the ingress (HTTP CONNECT). It leaves the channel's pipeline as it found it. */
final class ProxyTunnel {

    private static final String STATUS = "status: ";

    private final ProxyServer proxy;
    private final IngressTarget target;

    ProxyTunnel(ProxyServer proxy, IngressTarget target) {
        this.proxy = proxy;
        this.target = target;
    }

    /**
     * @param fresh not connected yet; what it is told to connect to is what the proxy is asked for
     * @param opened run when bytes reach the ingress
     * @param failed told why there is no way
     */
    void prepare(Channel fresh, InetSocketAddress proxyAddress, Runnable opened, Consumer<IngressException> failed) {
        HttpProxyHandler connect = proxy.credentials()
                .map(who -> new HttpProxyHandler(proxyAddress, who.user(), who.password()))
                .orElseGet(() -> new HttpProxyHandler(proxyAddress));
        // The dial has a deadline for all of it.
        connect.setConnectTimeoutMillis(0);
        HangUpWatch watch = new HangUpWatch();
        fresh.pipeline().addLast(connect, watch);
        connect.connectFuture().addListener((FutureListener<Channel>) done -> {
            if (done.isSuccess()) {
                fresh.pipeline().remove(watch);
                opened.run();
                fresh.pipeline().remove(connect);
            } else {
                failed.accept(refusal(done));
            }
        });
    }

    private IngressException refusal(Future<Channel> done) {
        Throwable cause = done.cause();
        String status = status(cause.getMessage());
        if (cause instanceof HttpProxyConnectException && status.startsWith(HttpResponseStatus.PROXY_AUTHENTICATION_REQUIRED.codeAsText().toString())) {
            return unreachable(proxy.credentials().isPresent()
                    ? "the proxy does not accept this user and password (" + status + ")"
                    : "the proxy wants a user and a password (" + status + "); write them into its URL, http://USER:PASSWORD@HOST:PORT");
        }
        if (!status.isEmpty()) {
            return unreachable("the proxy refused with " + status + "; it must allow CONNECT to " + target);
        }
        return IngressException.passing(Cause.UNREACHABLE, through() + ": the proxy hung up or does not speak HTTP", cause);
    }

    private IngressException unreachable(String why) {
        // Without the cause: what a proxy sends along may repeat what it was sent.
        return IngressException.of(Cause.UNREACHABLE, through() + ": " + why, null);
    }

    /** The beginning of every message about this way. */
    String through() {
        return "the ingress " + target + " can't be reached through the proxy " + proxy;
    }

    /** Netty has the status only in its text: {@code http, basic, /1.2.3.4:3128 => host:443, status: 407 Proxy ...}. */
    private static String status(String message) {
        int at = message == null ? -1 : message.toLowerCase(Locale.ROOT).indexOf(STATUS);
        return at < 0 ? "" : message.substring(at + STATUS.length()).strip();
    }

    /** A proxy that hangs up half-closes, which the handshake with it would wait out. */
    private static final class HangUpWatch extends ChannelInboundHandlerAdapter {

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                context.close();
            }
            context.fireUserEventTriggered(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            // The tunnel's future says the same; beyond this point nobody waits for it.
            context.close();
        }
    }
}
