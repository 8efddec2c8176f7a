package io.ngrokd.kernel.data.http;

/**
 * A response that may be forwarded.
 *
 * @param head its lines
 * @param status its status
 * @param minorVersion 0 or 1
 * @param body finds the end of its body
 * @param persistent whether the connection lives on after it, in both directions
 */
record ResponseHead(MessageHead head, int status, int minorVersion, BodyFramer body, boolean persistent) {

    static ResponseHead parse(byte[] bytes, RequestHead request) throws HttpViolation {
        MessageHead head = MessageHead.parse(bytes);
        String line = head.startLine();
        boolean wellFormed = line.length() >= 12
                && (line.startsWith("HTTP/1.1 ") || line.startsWith("HTTP/1.0 "))
                && Characters.isDigits(line.substring(9, 12))
                && (line.length() == 12 || line.charAt(12) == ' ')
                && line.charAt(9) >= '1' && line.charAt(9) <= '9';
        if (!wellFormed) {
            throw HttpViolation.bad("the answer does not begin with a status line of HTTP/1");
        }
        int minorVersion = line.charAt(7) - '0';
        int status = Integer.parseInt(line.substring(9, 12));
        BodyFramer declared = Framing.declared(head, minorVersion).orElseGet(BodyFramer::untilClose);
        boolean bodiless = status < 200 || status == 204 || status == 304 || request.method().equals("HEAD");
        BodyFramer body = bodiless ? BodyFramer.none() : declared;
        boolean persistent = Framing.isPersistent(head, minorVersion)
                // A client of HTTP/1.0 takes silence for a close, whatever the version of the answer.
                && (request.minorVersion() == 1 || head.elements("connection").contains("keep-alive"))
                && !(body instanceof BodyFramer.UntilClose);
        return new ResponseHead(head, status, minorVersion, body, persistent);
    }

    /** Whether another response follows on the same request. */
    boolean isInterim() {
        return status < 200 && status != 101;
    }
}
