package io.ngrokd.ctl.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Over the control socket. */
public final class SocketWay implements Way {

    private final Path path;

    public SocketWay(Path path) {
        this.path = path;
    }

    private record Open(SocketChannel channel) implements Connection {
        @Override
        public InputStream input() {
            return Channels.newInputStream(channel);
        }

        @Override
        public OutputStream output() {
            return Channels.newOutputStream(channel);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    @Override
    public Connection open() throws IOException {
        return new Open(SocketChannel.open(StandardProtocolFamily.UNIX));
    }

    @Override
    public void connect(Connection connection) throws IOException {
        ((Open) connection).channel().connect(UnixDomainSocketAddress.of(path));
    }

    @Override
    public CommandFailure explain(IOException failure) {
        return Unreachable.explain(path, failure, Files::isWritable);
    }

    @Override
    public String host() {
        return "localhost";
    }

    @Override
    public String name() {
        return path.toString();
    }
}
