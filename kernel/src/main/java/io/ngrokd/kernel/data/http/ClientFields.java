package io.ngrokd.kernel.data.http;

import io.ngrokd.kernel.data.http.MessageHead.Field;

/**
 * The fields that tell an endpoint of the client. The list of addresses grows by the client's; what the user asked for is
 * said only when nobody in front of us has said it, see {@link HttpSettings#forwardedHeaders()}.
 */
final class ClientFields {

    private static final String FOR = "x-forwarded-for";

    private final RequestHead request;
    private final MessageHead head;
    private final String address;
    private boolean forSeen;
    private boolean protocolSeen;
    private boolean hostSeen;

    ClientFields(RequestHead request, String address) {
        this.request = request;
        this.head = request.head();
        this.address = address;
    }

    /** Edits a field that is not left out for another reason. */
    void edit(Field field, HeadEdit edit) {
        if (head.isNamed(field, FOR)) {
            if (field.equals(head.fields(FOR).getLast())) {
                String list = head.text(field.valueStart(), field.valueEnd());
                edit.setValue(field, list.isEmpty() ? address : list + ", " + address);
                forSeen = true;
            }
        } else if (head.isNamed(field, "x-forwarded-proto")) {
            protocolSeen = true;
        } else if (head.isNamed(field, "x-forwarded-host")) {
            hostSeen = true;
        }
    }

    /** To be called behind the last field. */
    void finish(HeadEdit edit) {
        if (!forSeen) {
            edit.append("X-Forwarded-For: " + address + "\r\n");
        }
        if (!protocolSeen) {
            edit.append("X-Forwarded-Proto: http\r\n");
        }
        if (!hostSeen && request.host().isPresent()) {
            Authority host = request.host().get();
            edit.append("X-Forwarded-Host: " + host.host() + (host.port().isEmpty() ? "" : ":" + host.port()) + "\r\n");
        }
    }
}
