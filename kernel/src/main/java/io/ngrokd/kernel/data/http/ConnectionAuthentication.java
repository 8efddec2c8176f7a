package io.ngrokd.kernel.data.http;

import io.ngrokd.kernel.data.http.MessageHead.Field;
import java.nio.charset.StandardCharsets;

/**
 * Finds authentication that belongs to a connection rather than to a request: NTLM and Negotiate (RFC 4559), asked for or
 * given, at the endpoint or at a proxy behind it. From then on the stream is some user's.
 */
final class ConnectionAuthentication {

    private static final String[] FIELDS = {
        "authorization", "www-authenticate", "proxy-authorization", "proxy-authenticate"
    };
    private static final byte[][] SCHEMES = {
        "ntlm".getBytes(StandardCharsets.US_ASCII), "negotiate".getBytes(StandardCharsets.US_ASCII)
    };
    /** What some servers say of a connection that stays authenticated, whatever the scheme. */
    private static final String PERSISTENT = "persistent-auth";

    private ConnectionAuthentication() {}

    /** Whether a message has to do with it. Rather once too often than once too seldom. */
    static boolean isIn(MessageHead head) {
        for (Field field : head.all()) {
            if (head.isNamed(field, PERSISTENT)) {
                return true;
            }
            for (String name : FIELDS) {
                if (head.isNamed(field, name) && namesScheme(head.bytes(), field.valueStart(), field.valueEnd())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether any word of a value, among several challenges, is such a scheme. */
    private static boolean namesScheme(byte[] bytes, int start, int end) {
        boolean wordStarts = true;
        for (int at = start; at < end; at++) {
            if (wordStarts) {
                for (byte[] scheme : SCHEMES) {
                    if (isWord(bytes, at, end, scheme)) {
                        return true;
                    }
                }
            }
            wordStarts = !Characters.isToken(bytes[at]);
        }
        return false;
    }

    private static boolean isWord(byte[] bytes, int at, int end, byte[] word) {
        if (at + word.length > end || at + word.length < end && Characters.isToken(bytes[at + word.length])) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            // Letters only, so setting this bit is lower case.
            if ((bytes[at + i] | 0x20) != word[i]) {
                return false;
            }
        }
        return true;
    }
}
