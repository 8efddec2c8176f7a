package io.ngrokd.kernel.data.http;

import io.netty.buffer.ByteBuf;
import io.ngrokd.kernel.data.http.MessageHead.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request's head as the endpoint gets it: its Host where the client's stood, the target in origin form, a Connection of
 * its own, and what is told of the client if anything is. All else stays as it came, byte for byte and in its order.
 */
final class ForwardedRequest {

    private final RequestHead request;
    private final MessageHead head;
    private final String hostValue;
    private final Optional<String> clientAddress;
    private final List<String> connection = new ArrayList<>(2);
    private boolean transferOptionsWritten;

    /**
     * How to forward a request.
     *
     * @param hostValue the Host that the endpoint expects
     * @param persistent whether the stream is to serve more requests; HTTP/1.1 does that without being asked
     * @param clientAddress the client's, if the endpoint is to be told of it
     */
    ForwardedRequest(RequestHead request, String hostValue, boolean persistent, Optional<String> clientAddress) {
        this.request = request;
        this.head = request.head();
        this.hostValue = hostValue;
        this.clientAddress = clientAddress;
        if (request.upgrade()) {
            connection.add("Upgrade");
            if (!head.fields("http2-settings").isEmpty()) {
                connection.add("HTTP2-Settings");
            }
        }
        if (request.minorVersion() == 1 && head.elements("te").contains("trailers")) {
            // The one thing that passes from end to end as it is; transfer codings would be ours to undo.
            connection.add("TE");
        } else {
            transferOptionsWritten = true;
        }
        if (persistent && request.minorVersion() == 0) {
            connection.add("keep-alive");
        }
    }

    ByteBuf head() {
        HeadEdit edit = new HeadEdit(head);
        if (request.absolute().isPresent()) {
            edit.startLine(request.method() + " " + request.target() + " HTTP/1." + request.minorVersion() + "\r\n");
        }
        if (request.host().isEmpty()) {
            edit.insertFirst("Host: " + hostValue + "\r\n");
        }
        HopByHop hop = new HopByHop(head, connection);
        ClientFields client = clientAddress.map(address -> new ClientFields(request, address)).orElse(null);
        for (Field field : head.all()) {
            if (head.isNamed(field, "host")) {
                edit.setValue(field, hostValue);
            } else if (head.isNamed(field, "te")) {
                editTransferOptions(field, edit);
            } else if (!hop.edit(field, edit) && client != null) {
                client.edit(field, edit);
            }
        }
        hop.finish(edit);
        if (client != null) {
            client.finish(edit);
        }
        return edit.finish();
    }

    private void editTransferOptions(Field field, HeadEdit edit) {
        if (transferOptionsWritten) {
            edit.drop(field);
        } else {
            transferOptionsWritten = true;
            if (!head.text(field.valueStart(), field.valueEnd()).equalsIgnoreCase("trailers")) {
                edit.setValue(field, "trailers");
            }
        }
    }
}
