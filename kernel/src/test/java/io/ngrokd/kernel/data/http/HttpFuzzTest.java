package io.ngrokd.kernel.data.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.ngrokd.kernel.data.corpus.CorpusBytes;
import io.ngrokd.kernel.data.fuzz.CountingAllocator;
import io.ngrokd.kernel.data.fuzz.Fuzz;
import io.ngrokd.kernel.data.fuzz.HttpGenerator;
import io.ngrokd.kernel.data.fuzz.HttpReference;
import io.ngrokd.kernel.data.fuzz.Mutator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Heads of HTTP, spoiled at random: never an exception but a refusal, never more work than they are worth, never a doubtful one taken. */
class HttpFuzzTest {

    /** Scanned once, copied once, copied into larger buffers as they grow; and each call may look at the first two again. */
    private static final int LOOKS_A_BYTE = 5;
    private static final int LOOKS_A_CALL = 4;

    private final List<byte[]> seeds = CorpusBytes.http();
    private final Mutator mutator = new Mutator(seeds, HttpGenerator.WORDS);
    private final AtomicInteger taken = new AtomicInteger();

    /**
     * What became of a request.
     *
     * @param said the refusal, {@code incomplete}, or the head and what it was understood as
     */
    private record Outcome(String said, Optional<RequestHead> head) {}

    @Test
    void validRequestsAreTaken() {
        Fuzz.run(3_000, random -> {
            byte[] bytes = HttpGenerator.request(random);
            Outcome outcome = read(bytes, random);
            assertTrue(outcome.head().isPresent() && HttpReference.request(bytes).isPresent(),
                    () -> outcome.said() + ": " + Fuzz.shown(bytes));
        });
    }

    @Test
    void spoiledRequestsAreTakenOnlyIfTheyMeanOneThing() {
        Fuzz.run(20_000, random -> {
            byte[] seed = random.nextBoolean() ? seeds.get(random.nextInt(seeds.size())) : HttpGenerator.request(random);
            if (seed.length > 4096 && random.nextInt(20) != 0) {
                return;
            }
            byte[] bytes = mutator.mutate(seed, random);
            Outcome outcome = read(bytes, random);
            Optional<HttpReference.Head> reference = HttpReference.request(bytes);
            outcome.head().ifPresent(head -> {
                assertTrue(reference.isPresent(), () -> "taken, and must not be: " + Fuzz.shown(bytes));
                assertEquals(reference.get().startLine(), head.head().startLine());
                assertTrue(endsAs(reference.get().body(), head.body()),
                        () -> reference.get().body() + " is the body of " + Fuzz.shown(bytes));
                assertEquals(reference.get().host().map(host -> host.replaceFirst(":[0-9]*$", "")), head.host().map(Authority::host),
                        () -> Fuzz.shown(bytes));
                taken.incrementAndGet();
            });
            boolean tooLong = outcome.said().startsWith("414") || outcome.said().startsWith("431");
            assertTrue(outcome.head().isPresent() || reference.isEmpty() || tooLong,
                    () -> "refused with " + outcome.said() + ", and means one thing: " + Fuzz.shown(bytes));
        });
        assertTrue(taken.get() > 1000, () -> "the mutations leave something to take: " + taken);
    }

    @Test
    void spoiledResponsesAreTakenOnlyIfTheyMeanOneThing() throws HttpViolation {
        RequestHead get = RequestHead.parse("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        Mutator responses = new Mutator(List.of(HttpGenerator.response(new Random(1)), HttpGenerator.response(new Random(2))),
                HttpGenerator.WORDS);
        Fuzz.run(15_000, random -> {
            byte[] bytes = responses.mutate(HttpGenerator.response(random), random);
            Optional<ResponseHead> atOnce = response(bytes, List.of(bytes.length), get);
            Optional<ResponseHead> inPieces = response(bytes, Fuzz.pieces(random, bytes.length), get);
            assertEquals(atOnce.map(ResponseHead::status), inPieces.map(ResponseHead::status), () -> Fuzz.shown(bytes));
            Optional<HttpReference.Head> reference = HttpReference.response(bytes);
            // Nobody skips an empty line before a response.
            boolean fine = reference.isPresent() && bytes[0] != '\r';
            assertEquals(fine, atOnce.isPresent(), () -> Fuzz.shown(bytes));
            atOnce.ifPresent(head -> {
                boolean bodiless = head.status() < 200 || head.status() == 204 || head.status() == 304;
                String expected = bodiless ? "none" : reference.get().body().equals("none") ? "until close" : reference.get().body();
                assertTrue(endsAs(expected, head.body()), () -> expected + " is the body of " + Fuzz.shown(bytes));
            });
        });
    }

    @Test
    void noiseIsRefusedOrWaitedFor() {
        Fuzz.run(5_000, random -> {
            byte[] bytes = new byte[random.nextInt(random.nextInt(50) == 0 ? 80_000 : 300)];
            boolean text = random.nextBoolean();
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (text ? " \t\r\n:abc/".charAt(random.nextInt(9)) : random.nextInt());
            }
            assertTrue(read(bytes, random).head().isEmpty() || HttpReference.request(bytes).isPresent(), () -> Fuzz.shown(bytes));
        });
    }

    /** At once and in pieces; both must come to the same. */
    private Outcome read(byte[] bytes, Random random) {
        Outcome atOnce = read(bytes, List.of(bytes.length));
        List<Integer> pieces = Fuzz.pieces(random, bytes.length);
        assertEquals(atOnce.said(), read(bytes, pieces).said(), () -> "in pieces of " + pieces + ": " + Fuzz.shown(bytes));
        return atOnce;
    }

    private static Outcome read(byte[] bytes, List<Integer> pieces) {
        CountingAllocator allocator = new CountingAllocator();
        RequestReader reader = new RequestReader(HttpSettings.defaults());
        Outcome outcome = new Outcome("incomplete", Optional.empty());
        int at = 0;
        int calls = 0;
        try {
            for (int piece : pieces) {
                reader.add(allocator, allocator.holding(bytes, at, piece));
                at += piece;
                calls++;
                Optional<RequestHead> head = reader.read();
                if (head.isPresent()) {
                    outcome = outcome(head.get(), reader, Arrays.copyOfRange(bytes, at, bytes.length));
                    break;
                }
            }
        } catch (HttpViolation violation) {
            outcome = new Outcome(violation.status() + " " + violation.getMessage(), Optional.empty());
        }
        reader.release();
        assertEquals(0, allocator.alive(), () -> "buffers are left over: " + Fuzz.shown(bytes));
        long bound = (long) LOOKS_A_BYTE * bytes.length + (long) LOOKS_A_CALL * (calls + 1);
        assertTrue(allocator.reads() <= bound, () -> allocator.reads() + " looks at " + bytes.length + " bytes in " + pieces.size()
                + " pieces");
        return outcome;
    }

    /** Also where the body ends, in what has come and what is still to come, and how much is left behind it. */
    private static Outcome outcome(RequestHead head, RequestReader reader, byte[] rest) {
        ByteBuf arrived = reader.takeAll();
        ByteBuf all = Unpooled.wrappedBuffer(arrived, Unpooled.wrappedBuffer(rest));
        String said = new String(head.head().bytes(), StandardCharsets.ISO_8859_1) + head.body().getClass().getSimpleName() + " ";
        try {
            // In two steps here and in one there: the first piece is whatever was in the buffer.
            int here = head.body().take(arrived.slice());
            int there = here < arrived.readableBytes() ? 0 : head.body().take(all.slice(here, all.readableBytes() - here));
            said += (here + there) + " of " + all.readableBytes() + (head.body().isDone() ? " done" : " open");
        } catch (HttpViolation violation) {
            said += violation.status() + " " + violation.getMessage();
        }
        all.release();
        return new Outcome(said, Optional.of(head).map(same -> copyWithFreshBody(same)));
    }

    /** The body's framer was used up. */
    private static RequestHead copyWithFreshBody(RequestHead head) {
        try {
            return RequestHead.parse(head.head().bytes());
        } catch (HttpViolation impossible) {
            throw new AssertionError("taken before, and now: " + impossible.getMessage());
        }
    }

    private static Optional<ResponseHead> response(byte[] bytes, List<Integer> pieces, RequestHead request) {
        CountingAllocator allocator = new CountingAllocator();
        ByteBuf growing = allocator.buffer(Math.max(1, bytes.length));
        HeadScanner scanner = new HeadScanner(HttpSettings.defaults());
        try {
            for (int piece : pieces) {
                growing.writeBytes(bytes, growing.writerIndex(), piece);
                int length = scanner.scan(growing);
                if (length >= 0) {
                    return Optional.of(ResponseHead.parse(Arrays.copyOf(bytes, length), request));
                }
            }
            return Optional.empty();
        } catch (HttpViolation refused) {
            return Optional.empty();
        } finally {
            growing.release();
            assertTrue(allocator.reads() <= bytes.length, () -> allocator.reads() + " looks at " + bytes.length + " bytes");
        }
    }

    /** Whether a body that was not yet read ends in this way: none, chunked, until close, or behind a number of bytes. */
    private static boolean endsAs(String expected, BodyFramer body) {
        return switch (body) {
            case ChunkedFramer chunked -> expected.equals("chunked");
            case BodyFramer.UntilClose untilClose -> expected.equals("until close");
            case BodyFramer.Sized sized -> {
                long size = expected.equals("none") ? 0 : Long.parseLong(expected);
                int most = (int) Math.min(size, 10_000);
                int taken = size == most ? most : most + 1;
                yield sized.isDone() == (size == 0)
                        && sized.take(Unpooled.wrappedBuffer(new byte[most + 1])) == taken
                        && sized.isDone() == (size <= most);
            }
        };
    }
}
