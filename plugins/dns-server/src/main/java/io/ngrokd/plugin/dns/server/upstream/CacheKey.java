package io.ngrokd.plugin.dns.server.upstream;

import io.ngrokd.plugin.dns.server.wire.Question;
import java.util.Arrays;

/** What two questions must have in common to get the same answer. */
record CacheKey(byte[] name, int type, boolean dnssecOk, boolean checkingDisabled) {

    static CacheKey of(Question question) {
        return new CacheKey(question.name(), question.type(), question.dnssecOk(), question.checkingDisabled());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CacheKey(byte[] otherName, int otherType, boolean otherOk, boolean otherDisabled)
                && type == otherType && dnssecOk == otherOk && checkingDisabled == otherDisabled && Arrays.equals(name, otherName);
    }

    @Override
    public int hashCode() {
        return (Arrays.hashCode(name) * 31 + type) * 4 + (dnssecOk ? 2 : 0) + (checkingDisabled ? 1 : 0);
    }
}
