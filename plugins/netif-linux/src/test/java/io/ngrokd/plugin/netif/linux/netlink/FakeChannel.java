package io.ngrokd.plugin.netif.linux.netlink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.BiConsumer;

/** A kernel that answers as it is told: sees the requests of a datagram, puts answers into the queue. */
final class FakeChannel implements NetlinkChannel {

    private final List<List<Message>> sent = new ArrayList<>();
    private final Queue<ByteBuffer> answers = new ArrayDeque<>();
    private final BiConsumer<List<Message>, FakeChannel> kernel;
    private final int capacity;

    FakeChannel(int capacity, BiConsumer<List<Message>, FakeChannel> kernel) {
        this.capacity = capacity;
        this.kernel = kernel;
    }

    List<List<Message>> sent() {
        return sent;
    }

    /** Queues a datagram of one message. */
    void answer(int type, int flags, int sequence, byte[] body) {
        Message message = Message.request(type, flags, body);
        ByteBuffer datagram = ByteBuffer.allocate(message.paddedLength()).order(ByteOrder.nativeOrder());
        MessageCodec.write(message, 0, sequence, datagram);
        answers.add(datagram.flip());
    }

    /** Queues an acknowledgement, or the end of a listing. */
    void answer(int type, int flags, int sequence, int errno) {
        answer(type, flags, sequence, new BodyWriter().number32(-errno).bytes());
    }

    @Override
    public void send(ByteBuffer datagram) throws IOException {
        List<Message> messages = MessageCodec.read(datagram);
        sent.add(messages);
        kernel.accept(messages, this);
    }

    @Override
    public ByteBuffer receive() throws IOException {
        if (answers.isEmpty()) {
            throw new NetlinkException("hearing from the kernel", Errno.EAGAIN);
        }
        return answers.remove();
    }

    @Override
    public int receiveCapacity() {
        return capacity;
    }

    @Override
    public void close() {
        answers.clear();
    }
}
