package io.ngrokd.kit.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.error.FailureCode;
import java.net.BindException;
import java.net.InetAddress;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With the words that Linux, macOS and Windows were seen to use. */
class BindFailureTest {

    private static final InetAddress ADDRESS = InetAddress.ofLiteral("10.107.0.2");

    @ParameterizedTest
    @CsvSource({
        "8080, Address already in use,                             PORT_TAKEN",
        "8080, Address already in use: bind,                       PORT_TAKEN",
        "8080, Die Adresse wird bereits verwendet,                 PORT_TAKEN",
        "80,   Permission denied,                                  LOW_PORT_FORBIDDEN",
        "8080, Permission denied: bind,                            PORT_TAKEN",
        "8080, Cannot assign requested address,                    NO_SUCH_ADDRESS",
        "8080, Cannot assign requested address: bind,              NO_SUCH_ADDRESS",
        "8080, Can't assign requested address,                     NO_SUCH_ADDRESS"
    })
    void readsTheSystemsWords(int port, String message, BindFailure expected) {
        assertEquals(expected, BindFailure.of(new BindException(message), port));
        assertEquals(expected, BindFailure.of(new IllegalStateException("wrapped", new BindException(message)), port));
    }

    @Test
    void knowsWhenFilesRanOut() {
        assertEquals(BindFailure.TOO_MANY_FILES, BindFailure.of(new SocketException("Too many open files"), 8080));
        assertEquals(BindFailure.OTHER, BindFailure.of(new SocketException("what is that"), 8080));
        assertEquals(BindFailure.OTHER, BindFailure.of(new IllegalStateException(), 8080));
    }

    @Test
    void namesTheMend() {
        var failure = BindFailure.LOW_PORT_FORBIDDEN.describe(ADDRESS, 443, new BindException("Permission denied"));
        assertEquals(FailureCode.PERMISSION_DENIED, failure.code());
        assertTrue(failure.message().startsWith("listening on 10.107.0.2:443 needs a privilege"), failure.message());
        assertTrue(failure.message().contains("setcap") && failure.message().contains("ip_unprivileged_port_start=80"));
    }
}
