package io.ngrokd.kernel.data.sniff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.ngrokd.kernel.data.corpus.CorpusBytes;
import io.ngrokd.kernel.data.fuzz.CountingAllocator;
import io.ngrokd.kernel.data.fuzz.Fuzz;
import io.ngrokd.kernel.data.fuzz.HelloGenerator;
import io.ngrokd.kernel.data.fuzz.HelloReference;
import io.ngrokd.kernel.data.fuzz.Mutator;
import io.ngrokd.kernel.data.sniff.SniffDecision.NeedMore;
import io.ngrokd.kernel.data.sniff.SniffDecision.Tls;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** First bytes of connections, spoiled at random: never an exception, never more work than they are worth, never a doubtful name. */
class SnifferFuzzTest {

    /** Looks at the very first bytes that each call may take again. */
    private static final int LOOKS_A_CALL = 16;

    private static final List<byte[]> WORDS = List.of(
            "\u0000\u0000\u0000\u0010\u0000\u000e\u0000\u0000\u000bevil.sample", "\u0016\u0003\u0001\u0000\u0001",
            "\u0016\u0003\u0001\u0000\u0000", "\u0014\u0003\u0003\u0000\u0001\u0001",
            "\u0000", "\u0000\u0000", "\u00ff\u00ff", "\u0000\u0000\u0000\u0000", "\u0001\u0000\u0000\u0000", "GET / HTTP/1.1\r\n",
            "PRI * HTTP/2.0\r\n\r\n", "\u0000a", "..")
            .stream().map(word -> word.getBytes(StandardCharsets.ISO_8859_1)).toList();

    private final List<byte[]> seeds = CorpusBytes.hello();
    private final Mutator mutator = new Mutator(seeds, WORDS);
    private final AtomicInteger named = new AtomicInteger();

    @Test
    void validHellosNameWhomTheyName() {
        Fuzz.run(2_000, random -> {
            String name = HelloGenerator.name(random);
            byte[] hello = HelloGenerator.hello(name, random);
            assertEquals(new Tls(Optional.of(name.toLowerCase(Locale.ROOT))), inspect(hello, random, true), () -> Fuzz.shown(hello));
        });
    }

    @Test
    void spoiledOnesNeverNameSomebodyInDoubt() {
        Fuzz.run(15_000, random -> {
            byte[] seed = random.nextBoolean() ? seeds.get(random.nextInt(seeds.size()))
                    : HelloGenerator.hello(HelloGenerator.name(random), random);
            byte[] bytes = mutator.mutate(seed, random);
            SniffDecision decision = inspect(bytes, random, true);
            inspect(bytes, random, false);
            if (bytes.length > 0 && bytes[0] == 0x16) {
                assertEquals(HelloReference.decide(bytes), decision, () -> Fuzz.shown(bytes));
            }
            if (decision instanceof Tls tls && tls.serverName().isPresent()) {
                assertEquals(Set.of(tls.serverName().get()), HelloReference.namesForTheCareless(bytes), () -> Fuzz.shown(bytes));
                named.incrementAndGet();
            }
        });
        assertTrue(named.get() > 1000, () -> "the mutations leave something to read: " + named);
    }

    @Test
    void noiseIsBoundedWorkToo() {
        Fuzz.run(5_000, random -> {
            byte[] bytes = new byte[random.nextInt(random.nextInt(50) == 0 ? 70_000 : 200)];
            random.nextBytes(bytes);
            if (random.nextBoolean()) {
                byte[] start = HexFormat.of().parseHex("160301" + (random.nextBoolean() ? "400001" : "000101"));
                System.arraycopy(start, 0, bytes, 0, Math.min(start.length, bytes.length));
            }
            inspect(bytes, random, true);
            inspect(bytes, random, false);
        });
    }

    /** The same at once and in pieces, as a connection's buffer grows; nothing is looked at more often than it may. */
    private static SniffDecision inspect(byte[] bytes, Random random, boolean forName) {
        CountingAllocator allocator = new CountingAllocator();
        ByteBuf whole = allocator.holding(bytes, 0, bytes.length);
        SniffDecision atOnce = (forName ? Sniffer.forServerName() : Sniffer.forKind()).inspect(whole);
        assertEquals(0, whole.readerIndex(), "the bytes are left to be replayed");
        long bound = bytes.length + LOOKS_A_CALL;
        assertTrue(allocator.reads() <= bound, () -> allocator.reads() + " looks at " + bytes.length + " bytes");
        whole.release();

        CountingAllocator slow = new CountingAllocator();
        ByteBuf growing = slow.buffer(Math.max(1, bytes.length));
        Sniffer sniffer = forName ? Sniffer.forServerName() : Sniffer.forKind();
        SniffDecision decision = new NeedMore();
        List<Integer> pieces = new ArrayList<>(Fuzz.pieces(random, bytes.length));
        int calls = 0;
        for (int piece : pieces) {
            growing.writeBytes(bytes, growing.writerIndex(), piece);
            decision = sniffer.inspect(growing);
            calls++;
            if (!(decision instanceof NeedMore)) {
                break;
            }
        }
        long mayLook = bytes.length + (long) LOOKS_A_CALL * (calls + 1);
        assertTrue(slow.reads() <= mayLook, () -> slow.reads() + " looks at " + bytes.length + " bytes in " + pieces.size() + " pieces");
        growing.release();
        assertEquals(atOnce, decision, () -> "in pieces of " + pieces + ": " + Fuzz.shown(bytes));
        return atOnce;
    }
}
