package io.ngrokd.plugin.netif.linux.netlink;

/**
 * A netlink message without its header's length, sequence and port, which belong to the conversation.
 *
 * @param type such as RTM_NEWADDR
 * @param flags NLM_F_ bits
 * @param sequence of the request that it answers; 0 in requests, which get theirs when sent
 * @param body what follows the header; never changed
 */
record Message(int type, int flags, int sequence, byte[] body) {

    static final int HEADER = 16;

    static Message request(int type, int flags, byte[] body) {
        return new Message(type, flags, 0, body);
    }

    /** Its length with header and padding. */
    int paddedLength() {
        return HEADER + padded(body.length);
    }

    /** Everything in netlink starts at a multiple of four. */
    static int padded(int length) {
        return (length + 3) & ~3;
    }
}
