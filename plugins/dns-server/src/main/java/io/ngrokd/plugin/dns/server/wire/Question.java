package io.ngrokd.plugin.dns.server.wire;

/**
 * A question that waits for its answer. Its arrays belong to it and are never written to.
 *
 * @param id the client's number for it
 * @param section the question as it stood in the message: name in the client's letters, type, class
 * @param name the name in lower case, with the final zero
 * @param wantsRecursion whether the client set that flag (RD); the answer repeats it
 * @param checkingDisabled whether the client checks signatures itself (CD)
 * @param edns whether the client speaks EDNS
 * @param dnssecOk whether it wants signatures (DO)
 * @param limit the largest answer, in bytes
 */
public record Question(
        int id, byte[] section, byte[] name, int type, boolean wantsRecursion, boolean checkingDisabled, boolean edns, boolean dnssecOk,
        int limit) {}
