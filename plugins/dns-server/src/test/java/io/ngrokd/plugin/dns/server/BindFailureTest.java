package io.ngrokd.plugin.dns.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageFailure;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class BindFailureTest {

    private static final InetSocketAddress PLACE = new InetSocketAddress("192.168.1.5", 53);

    @Test
    void eachFailureNamesThePlaceAndTheMend() {
        assertFailure(FailureCode.IN_USE, "dns.listen", new BindException("Address already in use"));
        assertFailure(FailureCode.PERMISSION_DENIED, "ip_unprivileged_port_start=53", new IOException("bind(..) failed: Permission denied"));
        assertFailure(FailureCode.INPUT_OUTPUT, "dns.listen", new BindException("Cannot assign requested address"));
        assertFailure(FailureCode.INPUT_OUTPUT, "LimitNOFILE", new IOException("Too many open files"));
        assertFailure(FailureCode.INPUT_OUTPUT, "odd", new IOException("something odd"));
    }

    private static void assertFailure(FailureCode code, String mend, Exception cause) {
        StageFailure failure = BindFailure.describe(PLACE, "UDP", new RuntimeException(cause));
        assertEquals(code, failure.code());
        assertTrue(failure.message().contains("192.168.1.5:53 (UDP)") && failure.message().contains(mend), failure.message());
    }
}
