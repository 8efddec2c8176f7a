package io.ngrokd.plugin.dns.server.names;

/** What was found of one name. One object serves one question after the other. */
public final class Match {

    private static final byte[][] NONE = {};

    /** Whose a name is. */
    public enum Kind {
        /** It exists here. */
        OURS,
        /** It would be ours, and does not exist. */
        MISSING,
        /** Somebody else knows it. */
        FOREIGN
    }

    Node self;
    Node wildcard;
    int wildcardAt;
    int zoneAt;
    private Kind kind;
    private int authority;

    void clear() {
        self = null;
        wildcard = null;
        wildcardAt = -1;
        zoneAt = -1;
    }

    void decide(boolean asksForZone) {
        boolean isHere = self != null && (self.exact != null || self.pointers.length > 0);
        boolean isBase = self != null && self.wildcard != null;
        authority = zoneAt >= 0 ? zoneAt : wildcardAt >= 0 && !isBase ? wildcardAt : 0;
        if (isHere || wildcard != null || isBase && asksForZone || zoneAt >= 0 && self != null) {
            kind = Kind.OURS;
        } else {
            kind = zoneAt >= 0 ? Kind.MISSING : Kind.FOREIGN;
        }
    }

    public Kind kind() {
        return kind;
    }

    /** The addresses of a name that is ours, 4 or 16 bytes each; all zeros stands for the one that the client used. */
    public byte[][] addresses() {
        if (self != null && self.exact != null) {
            return self.exact;
        }
        return wildcard != null ? wildcard.wildcard : NONE;
    }

    /** The hosts at the address that the name is. */
    public byte[][] pointers() {
        return self == null ? NONE : self.pointers;
    }

    /** Where in the question's name the zone's name begins that answers for it; 0 when it is that zone itself. */
    public int authority() {
        return authority;
    }

    /** Whether names of ours are below this one. */
    public boolean isAboveOurs() {
        return self != null;
    }
}
