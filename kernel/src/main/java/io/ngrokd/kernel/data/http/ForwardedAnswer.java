package io.ngrokd.kernel.data.http;

import io.netty.buffer.ByteBuf;
import io.ngrokd.kernel.data.http.MessageHead.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An answer's head as the client gets it: what the endpoint said about its own connection is left out, and what the client
 * must know about the client's is put in.
 */
final class ForwardedAnswer {

    private ForwardedAnswer() {}

    /**
     * The head to forward; empty when it is the one that came.
     *
     * @param closing whether the client's connection is closed behind this answer
     */
    static Optional<ByteBuf> of(ResponseHead answer, RequestHead request, boolean closing) {
        MessageHead head = answer.head();
        List<String> connection = new ArrayList<>(2);
        if (!head.fields("upgrade").isEmpty() && head.elements("connection").contains("upgrade")) {
            connection.add("Upgrade");
        }
        if (closing) {
            connection.add("close");
        } else if (!answer.isInterim() && (request.minorVersion() == 0 || answer.minorVersion() == 0)) {
            // Who speaks HTTP/1.0, or is spoken to in it, takes silence for a close.
            connection.add("keep-alive");
        }
        HopByHop hop = new HopByHop(head, connection);
        HeadEdit edit = new HeadEdit(head);
        for (Field field : head.all()) {
            hop.edit(field, edit);
        }
        hop.finish(edit);
        return edit.isChanged() ? Optional.of(edit.finish()) : Optional.empty();
    }
}
