package io.ngrokd.plugin.dns.server.upstream;

import io.ngrokd.plugin.dns.server.wire.NameBytes;
import io.ngrokd.plugin.dns.server.wire.Question;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Type;

/** Finds upstreams that ask us what we ask them. Runs on the recursor's event loop. */
final class LoopGuard {

    private static final Logger LOG = LoggerFactory.getLogger(LoopGuard.class);
    private static final int MOST_PROBES = 64;
    private static final int PROBE_MILLIS = 2_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Network network;
    /** Names that only one upstream has been asked for. */
    private final Map<String, Server> probes = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Server> eldest) {
            return size() > MOST_PROBES;
        }
    };

    LoopGuard(Network network) {
        this.network = network;
    }

    /** Asks the upstream for a name that nobody has heard of; if it comes in, it went in a circle. */
    void probe(Server server) {
        byte[] secret = new byte[12];
        RANDOM.nextBytes(secret);
        String name = "ngrokd-loop-" + HexFormat.of().formatHex(secret) + ".test";
        probes.put(name, server);
        byte[] bytes = NameBytes.of(name).orElseThrow();
        byte[] section = new byte[bytes.length + 4];
        System.arraycopy(bytes, 0, section, 0, bytes.length);
        section[bytes.length + 1] = Type.TXT;
        section[bytes.length + 3] = DClass.IN;
        Question question = new Question(0, section, bytes, Type.TXT, true, false, false, false, 512);
        Attempt attempt = Attempt.of(question, false, false);
        Exchange.overUdp(network, server.address, attempt.message(), PROBE_MILLIS,
                answer -> attempt.fit(answer) != Attempt.Fit.FOREIGN, _ -> LOG.debug("Loop probe over upstream={}", server.address));
    }

    /** Whether the question is one of our own probes; the upstream that was sent it is not asked for a while. */
    boolean isProbe(Question question) {
        if (question.type() != Type.TXT || probes.isEmpty()) {
            return false;
        }
        Server server = probes.get(NameBytes.text(question.name()));
        if (server != null) {
            found(server);
        }
        return server != null;
    }

    /**
     * Whether the client asks what it, or somebody on its behalf, is being asked by us. That is no reason to ask the upstream nothing any
     * more: it may send only some domains to us, as it should.
     */
    boolean isCircle(Question question, InetAddress client, Asking asking) {
        Server server = asking.server();
        if (server == null) {
            return false;
        }
        // Upstreams on this machine share its addresses with all its programs.
        boolean isUpstream = client.equals(server.address.getAddress()) && !client.isLoopbackAddress();
        if (!isUpstream && !asking.attempt().isAskedAgainBy(question)) {
            return false;
        }
        if (server.circleIsNews()) {
            LOG.warn("The upstream asks us what we asked it, which is answered with SERVFAIL; have it ask us for our names only name={}"
                    + " upstream={}", NameBytes.text(question.name()), text(server.address));
        }
        return true;
    }

    private static void found(Server server) {
        if (server.loops(System.nanoTime())) {
            LOG.warn("The upstream asks us whatever we ask it and is left out; have dns.upstreams in the config name a server that does not,"
                    + " such as the router's or the provider's upstream={}", text(server.address));
        }
    }

    static String text(InetSocketAddress address) {
        return address.toString().replaceFirst("^[^/]*/", "");
    }
}
