package io.ngrokd.plugin.dns.server.wire;

/** What a message turned out to be. */
public enum Verdict {
    /** One question that can be answered. */
    QUESTION,
    /** No question at all, or one that cannot be read: nobody is answered. */
    MALFORMED,
    /** Not one question, or extensions that contradict each other. */
    FORMAT_ERROR,
    /** A request for something other than an answer to a question. */
    NOT_IMPLEMENTED,
    /** A version of EDNS that does not exist yet. */
    BAD_VERSION
}
