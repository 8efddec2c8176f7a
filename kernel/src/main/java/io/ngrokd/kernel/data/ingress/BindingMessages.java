package io.ngrokd.kernel.data.ingress;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The two messages of the binding exchange, each behind its length as 16 bits, little endian. Written by hand: two
 * messages don't pay for a code generator in the build.
 */
final class BindingMessages {

    /** Bytes of the length in front of a message. */
    static final int LENGTH_BYTES = 2;

    private static final int REQUEST_HOST = 1;
    private static final int REQUEST_PORT = 2;
    private static final int RESPONSE_ENDPOINT_ID = 1;
    private static final int RESPONSE_PROTO = 2;
    private static final int RESPONSE_ERROR_CODE = 3;
    private static final int RESPONSE_ERROR_MESSAGE = 4;
    private static final int RESPONSE_NOTICES = 5;
    private static final int NOTICE_MESSAGE = 1;

    private BindingMessages() {}

    /** What the ingress answers; absent strings are empty. */
    record Response(String endpointId, String proto, String errorCode, String errorMessage, List<String> notices) {

        boolean isRefusal() {
            return !errorCode.isEmpty() || !errorMessage.isEmpty();
        }
    }

    static ByteBuf encode(IngressRequest request, ByteBufAllocator allocator) {
        byte[] message = new byte[CodedOutputStream.computeStringSize(REQUEST_HOST, request.host())
                + CodedOutputStream.computeInt64Size(REQUEST_PORT, request.port())];
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(message);
            out.writeString(REQUEST_HOST, request.host());
            out.writeInt64(REQUEST_PORT, request.port());
            out.checkNoSpaceLeft();
        } catch (IOException impossible) {
            throw new IllegalStateException("an array of the right size was too small", impossible);
        }
        ByteBuf framed = allocator.buffer(LENGTH_BYTES + message.length);
        return framed.writeShortLE(message.length).writeBytes(message);
    }

    /**
     * Reads a message that is there in full, without its length.
     *
     * @throws IOException when the bytes are no such message
     */
    static Response decode(byte[] message) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(message);
        String endpointId = "";
        String proto = "";
        String errorCode = "";
        String errorMessage = "";
        List<String> notices = new ArrayList<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                in.skipField(tag);
                continue;
            }
            switch (WireFormat.getTagFieldNumber(tag)) {
                case RESPONSE_ENDPOINT_ID -> endpointId = in.readString();
                case RESPONSE_PROTO -> proto = in.readString();
                case RESPONSE_ERROR_CODE -> errorCode = in.readString();
                case RESPONSE_ERROR_MESSAGE -> errorMessage = in.readString();
                case RESPONSE_NOTICES -> notices.add(notice(in.readByteArray()));
                default -> in.skipField(tag);
            }
        }
        return new Response(endpointId, proto, errorCode, errorMessage, List.copyOf(notices));
    }

    private static String notice(byte[] message) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(message);
        String text = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == (NOTICE_MESSAGE << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
                text = in.readString();
            } else {
                in.skipField(tag);
            }
        }
        return text;
    }
}
