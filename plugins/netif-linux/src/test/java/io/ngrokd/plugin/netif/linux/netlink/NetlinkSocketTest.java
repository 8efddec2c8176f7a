package io.ngrokd.plugin.netif.linux.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetlinkSocketTest {

    /** From the headers of Linux: asm-generic/socket.h, and arch/powerpc's own. */
    @ParameterizedTest
    @CsvSource({"amd64, 20", "aarch64, 20", "riscv64, 20", "s390x, 20", "ppc64le, 18", "ppc64, 18"})
    void theWaitIsLimitedOnEveryArchitecture(String architecture, int option) {
        assertEquals(option, NetlinkSocket.receiveTimeoutOption(architecture));
    }
}
