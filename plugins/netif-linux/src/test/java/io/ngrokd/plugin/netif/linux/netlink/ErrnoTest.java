package io.ngrokd.plugin.netif.linux.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.error.FailureCode;
import org.junit.jupiter.api.Test;

class ErrnoTest {

    @Test
    void codesAreWhatTheKernelOfNgrokdActsOn() {
        assertEquals(FailureCode.PERMISSION_DENIED, Errno.EPERM.failureCode());
        assertEquals(FailureCode.PERMISSION_DENIED, Errno.EACCES.failureCode());
        assertEquals(FailureCode.IN_USE, Errno.EEXIST.failureCode());
        assertEquals(FailureCode.UNSUPPORTED, Errno.EOPNOTSUPP.failureCode());
        assertEquals(FailureCode.EXHAUSTED, Errno.ENOBUFS.failureCode());
        assertEquals(FailureCode.TIMEOUT, Errno.EAGAIN.failureCode());
        assertEquals(FailureCode.INPUT_OUTPUT, new Errno(5).failureCode());
    }

    @Test
    void wordsForPeopleKeepTheNameForSearching() {
        assertEquals("not permitted (EPERM)", Errno.EPERM.toString());
        assertEquals("errno 71", new Errno(71).toString());
        assertTrue(Errno.OK.isOk());
    }
}
