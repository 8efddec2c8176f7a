package io.ngrokd.kernel.data.http;

import static io.ngrokd.kernel.data.fixture.HttpMessages.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class RequestReaderTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final RequestReader reader = new RequestReader(HttpSettings.defaults());

    @Test
    void bufferIsGivenBackOnceItsLastRequestIsRead() throws HttpViolation {
        ByteBuf buffer = Unpooled.copiedBuffer(bytes(GET + GET));
        reader.add(UnpooledByteBufAllocator.DEFAULT, buffer);
        assertTrue(reader.read().isPresent());
        assertEquals(1, buffer.refCnt(), "there is another request in it");
        assertTrue(reader.read().isPresent());
        assertEquals(0, buffer.refCnt());
    }
}
