package io.ngrokd.kernel.data.relay;

import io.netty.buffer.ByteBuf;
import io.ngrokd.kernel.data.channel.Deadline;
import io.ngrokd.kernel.data.channel.ReadGate;
import io.ngrokd.kernel.data.channel.StreamEnd;
import io.ngrokd.kernel.data.route.EndpointTraffic;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client and an ingress stream joined to one connection. Both run on one event loop, and so does everything here.
 *
 * <p>An orderly end of one direction is passed on once everything before it has left; the connection is over when both
 * directions have ended. A reset on either side is passed on as a reset, so that nobody takes half of something for
 * all of it.
 */
public final class Relay {

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private final RelaySettings settings;
    private final RelayPipe client;
    private final RelayPipe ingress;
    private final Deadline idleCheck;
    private long lastActivity = System.nanoTime();
    private boolean lingering;
    private boolean over;

    private Relay(StreamEnd client, StreamEnd ingress, EndpointTraffic traffic, RelaySettings settings) {
        this.settings = settings;
        this.idleCheck = new Deadline(client.channel().eventLoop());
        this.client = new RelayPipe(this, client, traffic::sent);
        this.ingress = new RelayPipe(this, ingress, traffic::received);
        this.client.pairWith(this.ingress);
        this.ingress.pairWith(this.client);
    }

    /**
     * Joins two ends on whose channels nobody else reads or writes any more.
     *
     * @param fromClient bytes that the client sent already, taken over; may be empty
     * @param fromIngress bytes that came for the client already, taken over; may be empty
     * @param clientEnded whether the client is known to have ended its half behind those bytes: the channel says so once
     *     only, to whoever was in charge then
     */
    public static void join(
            StreamEnd client,
            StreamEnd ingress,
            ByteBuf fromClient,
            ByteBuf fromIngress,
            boolean clientEnded,
            EndpointTraffic traffic,
            RelaySettings settings) {
        traffic.sent(fromClient.readableBytes());
        traffic.received(fromIngress.readableBytes());
        new Relay(client, ingress, traffic, settings).start(fromClient, fromIngress, clientEnded);
    }

    private void start(ByteBuf fromClient, ByteBuf fromIngress, boolean clientEnded) {
        client.end().install(client);
        client.write(fromIngress);
        ingress.end().install(ingress);
        ingress.write(fromClient);
        client.flush();
        ingress.flush();
        if (over || !ingress.end().channel().isActive() || !client.end().channel().isActive()) {
            abort();
            return;
        }
        client.end().channel().closeFuture().addListener(closed -> idleCheck.cancel());
        watchIdle();
        client.end().reads().open(ReadGate.Reason.UNDECIDED);
        ingress.end().reads().open(ReadGate.Reason.UNDECIDED);
        if (clientEnded) {
            client.endOfInput();
        }
    }

    /** Whether bytes from this side still have somewhere to go. */
    boolean takesBytesOf(RelayPipe side) {
        return !over && !side.isInputEnded() && !(lingering && side == client);
    }

    void touch() {
        lastActivity = System.nanoTime();
    }

    void inputEnded(RelayPipe side) {
        if (over) {
            return;
        }
        if (side == ingress && !side.end().isInputEndClean()) {
            if (ingress.isOutputLost()) {
                abort();
                return;
            }
            LOG.debug("The ingress ended a stream without closing TLS. ingress={}", side.end().channel());
        }
        touch();
        if (other(side).isInputEnded() && side.isOutputFinished()) {
            other(side).finishLastOutput();
        } else {
            other(side).finishOutput();
        }
        if (side == ingress && ingress.end().isOutputClosed() && !lingering) {
            // TLS 1.2 knows no half-open connections: its close_notify ends both directions.
            linger();
        } else {
            watchIdle();
        }
    }

    void outputFinished(RelayPipe side) {
        if (over) {
            return;
        }
        boolean bothEnded = client.isInputEnded() && ingress.isInputEnded()
                && client.isOutputFinished() && (ingress.isOutputFinished() || ingress.isGone());
        boolean nothingLeft = lingering && client.isInputEnded() && client.isOutputFinished();
        if (bothEnded || nothingLeft) {
            finish();
        } else {
            watchIdle();
        }
    }

    void broken(RelayPipe side, Throwable failure) {
        if (!over) {
            LOG.debug("A forwarded connection broke. side={} reason={}", name(side), failure.toString());
            if (side == ingress && ingress.isInputEnded()) {
                ingress.end().abort();
            } else {
                abort();
            }
        }
    }

    void gone(RelayPipe side) {
        if (over) {
            return;
        }
        if (side == ingress && ingress.isInputEnded()) {
            // All it had to say is on its way to the client; only what the client still sends has nowhere to go.
            linger();
        } else {
            abort();
        }
    }

    /** Delivers to the client what is on its way, and reads its bytes only to learn of its end. */
    private void linger() {
        if (client.isInputEnded() && client.isOutputFinished()) {
            finish();
            return;
        }
        lingering = true;
        client.end().reads().open(ReadGate.Reason.PEER_FULL);
        watchIdle();
    }

    private void finish() {
        over = true;
        idleCheck.cancel();
        ingress.end().close();
        client.end().close();
    }

    private void abort() {
        over = true;
        idleCheck.cancel();
        ingress.end().abort();
        client.end().abort();
    }

    private void watchIdle() {
        if (!over) {
            idleCheck.set(idleLimit(), this::checkIdle);
        }
    }

    private Duration idleLimit() {
        if (lingering && client.isOutputFinished()) {
            return settings.lingerLimit();
        }
        boolean halfClosed = client.isInputEnded() || ingress.isInputEnded();
        return halfClosed ? settings.halfClosedLimit() : settings.idleLimit();
    }

    private void checkIdle() {
        Duration limit = idleLimit();
        long left = limit.toNanos() - (System.nanoTime() - lastActivity);
        if (left > 0) {
            idleCheck.set(Duration.ofNanos(left), this::checkIdle);
            return;
        }
        LOG.debug("A forwarded connection was silent for too long and is closed. limit={} client={}",
                limit, client.end().channel());
        finish();
    }

    private RelayPipe other(RelayPipe side) {
        return side == client ? ingress : client;
    }

    private String name(RelayPipe side) {
        return side == client ? "client" : "ingress";
    }
}
