package io.ngrokd.ctl.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether one may write is asked for by a parameter here, because to root, who may run this, nothing is forbidden. */
class UnreachableTest {

    private static final IOException REFUSED = new ConnectException("verweigert");

    @TempDir
    private Path folder;

    private Path socket() throws IOException {
        Path path = folder.resolve("ngrokd.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
        }
        return path;
    }

    @Test
    void aSocketThatOneMayNotWriteToIsNotPermitted() throws IOException {
        CommandFailure failure = Unreachable.explain(socket(), REFUSED, path -> false);
        assertEquals(ExitStatus.NOT_PERMITTED, failure.status());
        assertEquals(List.of("Use sudo, or join the group ngrokd."), failure.mends());
    }

    @Test
    void theSystemsWordsAreShownWhateverTheirLanguage() throws IOException {
        CommandFailure failure = Unreachable.explain(socket(), REFUSED, path -> true);
        assertEquals(ExitStatus.NO_DAEMON, failure.status());
        assertTrue(failure.getMessage().contains("verweigert"), failure.getMessage());
    }
}
