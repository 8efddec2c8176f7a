package io.ngrokd.plugin.dns.server.serve;

import io.ngrokd.plugin.dns.server.names.Match;
import io.ngrokd.plugin.dns.server.wire.Query;
import io.ngrokd.plugin.dns.server.wire.ReplyWriter;
import io.ngrokd.plugin.dns.server.wire.Verdict;
import java.net.InetAddress;
import java.util.function.Supplier;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Decides what becomes of a message, and writes the answer if there is one at once. One for each event loop, used on that only. */
public final class Responder {

    /** Returned by {@link #respond}: nobody is answered. */
    public static final int DROP = 0;
    /** Returned by {@link #respond}: the question belongs upstream, see {@link #query}. */
    public static final int FORWARD = -1;
    /** Returned by {@link #respond}: the client asked too often. */
    public static final int TOO_MANY = -2;

    /** The longest message that is read, in bytes. */
    static final int LONGEST_QUERY = 4096;
    private static final int LARGEST = 65_535;
    private static final int FIRST_META_TYPE = 128;
    private static final int EVERY_EIGHTH = 8;

    private final Supplier<Rules> rules;
    private final Counters counters;
    private final byte[] input = new byte[LONGEST_QUERY];
    private final Query query = new Query();
    private final Match match = new Match();
    private final ReplyWriter reply = new ReplyWriter();

    public Responder(Supplier<Rules> rules, Counters counters) {
        this.rules = rules;
        this.counters = counters;
    }

    /** Where a message is to be put before {@link #respond}; 4096 bytes. */
    public byte[] input() {
        return input;
    }

    /** Where the answer stands after {@link #respond}. */
    public byte[] output() {
        return reply.bytes();
    }

    /** The question that was read last. */
    public Query query() {
        return query;
    }

    /** Whether names of ours are below the question's that was read last. */
    boolean isAboveOurs() {
        return match.isAboveOurs();
    }

    /**
     * Reads what stands in {@link #input}.
     *
     * @param local the address at which the client reached us
     * @param stream whether it came over TCP, where an answer may be large and a client is known to be who it says
     * @return the length of the answer in {@link #output}, or one of the constants
     */
    public int respond(int length, InetAddress client, InetAddress local, boolean stream) {
        Rules now = rules.get();
        Verdict verdict = query.read(input, length);
        if (verdict == Verdict.MALFORMED) {
            counters.malformed.increment();
            return DROP;
        }
        counters.queries.increment();
        if (!now.clients().isOurs(client) && !client.equals(local)) {
            int refused = now.rateLimit().take(client, System.nanoTime());
            if (refused > 0) {
                return tooMany(verdict, refused, stream);
            }
        }
        return switch (verdict) {
            case FORMAT_ERROR -> without(Rcode.FORMERR);
            case NOT_IMPLEMENTED -> without(Rcode.NOTIMP);
            case BAD_VERSION -> reply.badVersion(query);
            default -> answer(now, client, local, stream);
        };
    }

    private int tooMany(Verdict verdict, int refused, boolean stream) {
        if (stream) {
            return TOO_MANY;
        }
        counters.limited.increment();
        if (verdict != Verdict.QUESTION || refused % EVERY_EIGHTH != 0) {
            return DROP;
        }
        reply.begin(query, Rcode.NOERROR, false, false, query.payload());
        reply.cut();
        return reply.finish();
    }

    private int without(int rcode) {
        reply.beginWithout(query, rcode);
        return reply.finish();
    }

    private int answer(Rules now, InetAddress client, InetAddress local, boolean stream) {
        int type = query.type();
        boolean recursion = now.clients().mayRecurse(client);
        boolean isTransfer = type >= FIRST_META_TYPE && type <= Type.MAILA || type == Type.OPT;
        if (query.dnsClass() != DClass.IN || isTransfer) {
            return empty(Rcode.REFUSED, recursion);
        }
        now.names().find(query, match);
        if (match.kind() != Match.Kind.FOREIGN) {
            return ours(now, local, recursion, stream ? LARGEST : query.payload());
        }
        if (!recursion || !query.wantsRecursion() || type == Type.ANY) {
            return empty(Rcode.REFUSED, recursion);
        }
        counters.foreign.increment();
        return FORWARD;
    }

    private int empty(int rcode, boolean recursion) {
        reply.begin(query, rcode, false, recursion, LARGEST);
        return reply.finish();
    }

    private int ours(Rules now, InetAddress local, boolean recursion, int most) {
        boolean isThere = match.kind() == Match.Kind.OURS;
        reply.begin(query, isThere ? Rcode.NOERROR : Rcode.NXDOMAIN, true, recursion, most);
        if (!isThere || !write(query.type(), now.ttl(), local)) {
            reply.noAnswer(match.authority(), now.ttl());
        }
        return reply.finish();
    }

    /** Whether there was something to write. */
    private boolean write(int type, int ttl, InetAddress local) {
        switch (type) {
            case Type.A:
                return writeAddresses(4, ttl, local);
            case Type.AAAA:
                return writeAddresses(16, ttl, local);
            case Type.PTR:
                for (byte[] host : match.pointers()) {
                    reply.pointer(host, ttl);
                }
                return match.pointers().length > 0;
            case Type.SOA, Type.NS:
                return writeZone(type, ttl);
            case Type.ANY:
                reply.hostInfo();
                return true;
            default:
                return false;
        }
    }

    private boolean writeZone(int type, int ttl) {
        if (match.authority() != 0) {
            return false;
        }
        if (type == Type.SOA) {
            reply.startOfAuthority(ttl);
        } else {
            reply.nameServer(ttl);
        }
        return true;
    }

    private boolean writeAddresses(int length, int ttl, InetAddress local) {
        boolean any = false;
        for (byte[] address : match.addresses()) {
            byte[] reachable = isUnspecified(address) ? local.getAddress() : address;
            if (reachable.length == length) {
                reply.address(reachable, ttl);
                any = true;
            }
        }
        return any;
    }

    private static boolean isUnspecified(byte[] address) {
        for (byte part : address) {
            if (part != 0) {
                return false;
            }
        }
        return true;
    }
}
