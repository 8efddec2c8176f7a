package io.ngrokd.kernel.data.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.ngrokd.kernel.data.fixture.HttpMessages;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class MessageHeadTest {

    private static final int FIELDS = 2_000;

    /** Measured in bytes allocated, which, unlike time, are the same on every machine. */
    @Test
    void twiceAsManyFieldsOfANameAreTwiceTheWork() throws HttpViolation {
        allocatedBySearch(FIELDS);
        long once = allocatedBySearch(FIELDS);
        long twice = allocatedBySearch(2 * FIELDS);
        assertTrue(twice < 3 * once, () -> twice + " bytes for " + 2 * FIELDS + " fields, " + once + " for half of them");
    }

    private static long allocatedBySearch(int count) throws HttpViolation {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] bytes = HttpMessages.bytes("GET / HTTP/1.1\r\nHost: a\r\n" + "Connection: x\r\n".repeat(count) + "\r\n");
        long before = threads.getCurrentThreadAllocatedBytes();
        assertEquals(count, MessageHead.parse(bytes).elements("connection").size());
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
