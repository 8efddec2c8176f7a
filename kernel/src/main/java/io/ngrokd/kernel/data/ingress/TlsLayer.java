package io.ngrokd.kernel.data.ingress;

import io.netty.channel.ChannelFuture;
import javax.net.ssl.SSLSession;

/** The TLS below a stream, once the handshake is done. Used on the channel's event loop only. */
interface TlsLayer {

    /** Sends a close_notify behind everything written so far; reading goes on. */
    ChannelFuture closeOutbound();

    /** Whether nothing can be sent any more. */
    boolean isOutboundClosed();

    /** Whether the far side ended its half with a close_notify, rather than by being cut. */
    boolean isInputEndClean();

    /** What was agreed in the handshake, and who the far side is. */
    SSLSession session();
}
