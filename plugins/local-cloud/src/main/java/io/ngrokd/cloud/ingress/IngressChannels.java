package io.ngrokd.cloud.ingress;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.ngrokd.cloud.fault.Faults;
import io.ngrokd.cloud.fault.IngressFault;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prepares each accepted connection: for an upgrade, or for what is to go wrong with it. */
@ChannelHandler.Sharable
final class IngressChannels extends ChannelInitializer<Channel> {

    private static final Logger LOG = LoggerFactory.getLogger(IngressChannels.class);

    private final ChannelGroup open;
    private final IngressTls tls;
    private final UpgradeDecider decider;
    private final BackendDialer dialer;
    private final Duration upgradeTimeout;
    private final Faults faults;

    IngressChannels(ChannelGroup open, IngressTls tls, UpgradeDecider decider, BackendDialer dialer, Duration upgradeTimeout,
            Faults faults) {
        this.open = open;
        this.tls = tls;
        this.decider = decider;
        this.dialer = dialer;
        this.upgradeTimeout = upgradeTimeout;
        this.faults = faults;
    }

    @Override
    protected void initChannel(Channel channel) {
        open.add(channel);
        Optional<IngressFault> fault = faults.takeIngress();
        if (fault.isEmpty()) {
            upgrade(channel, tls.right());
            return;
        }
        LOG.info("A connection is made to fail. client={} fault={}", channel.remoteAddress(), fault.get().kind().word());
        switch (fault.get().kind()) {
            case WRONG_CERTIFICATE -> upgrade(channel, tls.selfSigned());
            case WRONG_NAME -> upgrade(channel, tls.wrongName());
            case REFUSE -> channel.pipeline().addLast(tls.right().newHandler(channel.alloc()), FaultyAnswer.refusal());
            case GARBAGE -> channel.pipeline().addLast(tls.right().newHandler(channel.alloc()), FaultyAnswer.garbage());
            // Nobody reads: what the client sends stays in the kernel, and its leaving is seen when the cloud stops.
            case STALL -> channel.config().setAutoRead(false);
            case RESET -> {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
                channel.close();
            }
        }
    }

    private void upgrade(Channel channel, SslContext context) {
        channel.pipeline().addLast(context.newHandler(channel.alloc()), new UpgradeHandler(decider, dialer, upgradeTimeout));
    }
}
