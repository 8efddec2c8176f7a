package io.ngrokd.cloud.ingress;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The two messages of the binding exchange, each behind its length in two bytes, little endian. */
final class BindingCodec {

    static final int LENGTH_BYTES = 2;
    /** Keeps every answer within a length of two bytes. */
    private static final int LONGEST_TEXT = 8_000;

    private BindingCodec() {}

    /** Whether the buffer holds a whole message. */
    static boolean isComplete(ByteBuf buffer) {
        return buffer.readableBytes() >= LENGTH_BYTES
                && buffer.readableBytes() >= LENGTH_BYTES + buffer.getUnsignedShortLE(buffer.readerIndex());
    }

    /** Takes one whole message out of the buffer; what follows stays in it. */
    static ConnRequest readRequest(ByteBuf buffer) throws IOException {
        int length = buffer.readUnsignedShortLE();
        byte[] message = ByteBufUtil.getBytes(buffer, buffer.readerIndex(), length);
        buffer.skipBytes(length);
        String host = "";
        long port = 0;
        String podName = "";
        CodedInputStream input = CodedInputStream.newInstance(message);
        for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> host = input.readStringRequireUtf8();
                case 2 -> port = input.readInt64();
                case 3 -> podName = podName(input.readByteArray());
                default -> input.skipField(tag);
            }
        }
        return new ConnRequest(host, port, podName);
    }

    static ByteBuf write(ConnResponse response) {
        byte[] message = encode(response);
        ByteBuf buffer = Unpooled.buffer(LENGTH_BYTES + message.length);
        return buffer.writeShortLE(message.length).writeBytes(message);
    }

    private static byte[] encode(ConnResponse response) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream output = CodedOutputStream.newInstance(bytes);
        try {
            text(output, 1, response.endpointId());
            text(output, 2, response.proto());
            text(output, 3, response.errorCode());
            text(output, 4, response.errorMessage());
            output.flush();
        } catch (IOException e) {
            throw new IllegalStateException("memory can always be written", e);
        }
        return bytes.toByteArray();
    }

    private static void text(CodedOutputStream output, int field, String text) throws IOException {
        if (!text.isEmpty()) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            output.writeString(field, bytes.length <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT / 4));
        }
    }

    private static String podName(byte[] message) throws IOException {
        CodedInputStream input = CodedInputStream.newInstance(message);
        String name = "";
        for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 2) {
                name = input.readStringRequireUtf8();
            } else {
                input.skipField(tag);
            }
        }
        return name;
    }
}
