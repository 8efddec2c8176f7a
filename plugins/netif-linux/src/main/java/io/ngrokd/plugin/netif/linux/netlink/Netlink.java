package io.ngrokd.plugin.netif.linux.netlink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The conversation with the kernel: many requests to a datagram, an answer to each, and listings. */
final class Netlink implements AutoCloseable {

    /** NLM_F_CREATE: make what is missing. */
    static final int CREATE = 0x400;
    /** NLM_F_EXCL: answer EEXIST when it is there. */
    static final int EXCLUSIVE = 0x200;

    private static final int REQUEST = 0x1;
    private static final int ACKNOWLEDGE = 0x4;
    private static final int DUMP = 0x300;
    private static final int DUMP_INTERRUPTED = 0x10;

    private static final int TYPE_ERROR = 2;
    private static final int TYPE_DONE = 3;

    private static final int DATAGRAM = 32 * 1024;
    private static final int MOST_REQUESTS = 500;
    /** What a waiting acknowledgement costs of the receive buffer: its 36 bytes and the kernel's bookkeeping. */
    private static final int ACKNOWLEDGEMENT = 768;
    /** A listing is repeated when the network changed meanwhile; on a busy container host that happens now and then. */
    private static final int MOST_DUMPS = 10;

    private final NetlinkChannel channel;
    private final int batch;
    private int lastSequence;

    Netlink(NetlinkChannel channel) throws IOException {
        this.channel = channel;
        this.batch = Math.clamp(channel.receiveCapacity() / ACKNOWLEDGEMENT, 1, MOST_REQUESTS);
    }

    /** Turns a message of a listing into what it tells of, if it tells of that. */
    @FunctionalInterface
    interface Parser<T> {
        Optional<T> parse(Message message) throws IOException;
    }

    /**
     * Sends requests in order, each whether or not the one before it succeeded.
     *
     * @return the kernel's answer to each
     */
    List<Errno> execute(List<Message> requests) throws IOException {
        List<Errno> answers = new ArrayList<>(requests.size());
        int next = 0;
        while (next < requests.size()) {
            int end = next;
            int bytes = 0;
            while (end < requests.size() && end - next < batch && bytes + requests.get(end).paddedLength() <= DATAGRAM) {
                bytes += requests.get(end++).paddedLength();
            }
            if (end == next) {
                throw new NetlinkException("sending a request of " + requests.get(next).paddedLength() + " bytes", Errno.EMSGSIZE);
            }
            answers.addAll(exchange(requests.subList(next, end), bytes));
            next = end;
        }
        return answers;
    }

    /** The whole of a listing, taken while nothing changed. */
    <T> List<T> dump(String doing, Message request, Parser<T> parser) throws IOException {
        for (int attempt = 0; attempt < MOST_DUMPS; attempt++) {
            int sequence = ++lastSequence;
            ByteBuffer datagram = buffer(request.paddedLength());
            MessageCodec.write(request, REQUEST | DUMP, sequence, datagram);
            channel.send(datagram.flip());
            Optional<List<T>> found = listing(doing, sequence, parser);
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new NetlinkException(doing + ", which changed " + MOST_DUMPS + " times while it was listed", Errno.EAGAIN);
    }

    @Override
    public void close() {
        channel.close();
    }

    private List<Errno> exchange(List<Message> requests, int bytes) throws IOException {
        int first = lastSequence + 1;
        ByteBuffer datagram = buffer(bytes);
        for (Message request : requests) {
            MessageCodec.write(request, REQUEST | ACKNOWLEDGE, ++lastSequence, datagram);
        }
        channel.send(datagram.flip());
        Errno[] answers = new Errno[requests.size()];
        int due = answers.length;
        while (due > 0) {
            for (Message answer : MessageCodec.read(channel.receive())) {
                // A subtraction, because sequence numbers may wrap; anything outside is the rest of an earlier failure.
                int position = answer.sequence() - first;
                if (answer.type() == TYPE_ERROR && position >= 0 && position < answers.length && answers[position] == null) {
                    answers[position] = errno(answer);
                    due--;
                }
            }
        }
        return Arrays.asList(answers);
    }

    /** Empty when the listing has to be repeated. */
    private <T> Optional<List<T>> listing(String doing, int sequence, Parser<T> parser) throws IOException {
        List<T> found = new ArrayList<>();
        boolean consistent = true;
        while (true) {
            for (Message message : MessageCodec.read(channel.receive())) {
                if (message.sequence() != sequence) {
                    continue;
                }
                consistent &= (message.flags() & DUMP_INTERRUPTED) == 0;
                if (message.type() == TYPE_DONE || message.type() == TYPE_ERROR) {
                    Errno errno = errno(message);
                    if (!errno.isOk()) {
                        throw new NetlinkException(doing, errno);
                    }
                    return consistent ? Optional.of(found) : Optional.empty();
                }
                parser.parse(message).ifPresent(found::add);
            }
        }
    }

    /** Error and done messages begin with the negated number; an old kernel's done message may be empty. */
    private static Errno errno(Message message) {
        if (message.body().length < 4) {
            return Errno.OK;
        }
        int number = -ByteBuffer.wrap(message.body()).order(ByteOrder.nativeOrder()).getInt();
        return number <= 0 ? Errno.OK : new Errno(number);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }
}
