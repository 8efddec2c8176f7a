package io.ngrokd.plugin.dns.server.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;

/**
 * The event loop that everything here runs on, the kinds of socket that it can have, and how long is waited on those.
 */
public record Network(EventLoop loop, ChannelFactory<? extends DatagramChannel> datagrams, ChannelFactory<? extends Channel> streams,
        Patience patience) {}
