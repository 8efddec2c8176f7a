package io.ngrokd.plugin.netif.linux.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NetlinkTest {

    private static final int ERROR = 2;
    private static final int DONE = 3;
    private static final int MULTI = 2;
    private static final int INTERRUPTED = 0x10;
    private static final int LARGE = 1 << 20;

    private static final Message REQUEST = Message.request(20, 0, new byte[24]);

    @Test
    void eachRequestGetsItsOwnAnswerWhateverTheOrder() throws Exception {
        FakeChannel channel = new FakeChannel(LARGE, (requests, kernel) -> {
            kernel.answer(ERROR, 0, requests.get(2).sequence(), 17);
            kernel.answer(ERROR, 0, requests.get(0).sequence(), 0);
            kernel.answer(ERROR, 0, requests.get(1).sequence(), 1);
        });
        assertEquals(List.of(Errno.OK, Errno.EPERM, Errno.EEXIST), new Netlink(channel).execute(Collections.nCopies(3, REQUEST)));
        assertEquals(0x5, channel.sent().getFirst().getFirst().flags(), "a request that wants an answer");
    }

    @Test
    void manyRequestsTravelInFewDatagrams() throws Exception {
        FakeChannel channel = new FakeChannel(LARGE, NetlinkTest::acknowledgeAll);
        List<Errno> answers = new Netlink(channel).execute(Collections.nCopies(1200, REQUEST));
        assertEquals(1200, answers.size());
        assertTrue(answers.stream().allMatch(Errno::isOk));
        assertEquals(List.of(500, 500, 200), channel.sent().stream().map(List::size).toList());
    }

    @Test
    void aSmallReceiveBufferMakesSmallBatches() throws Exception {
        FakeChannel channel = new FakeChannel(768 * 2, NetlinkTest::acknowledgeAll);
        new Netlink(channel).execute(Collections.nCopies(5, REQUEST));
        assertEquals(List.of(2, 2, 1), channel.sent().stream().map(List::size).toList());
    }

    @Test
    void largeRequestsFillADatagramSooner() throws Exception {
        FakeChannel channel = new FakeChannel(LARGE, NetlinkTest::acknowledgeAll);
        new Netlink(channel).execute(Collections.nCopies(5, Message.request(16, 0, new byte[16 * 1024 - 16])));
        assertEquals(List.of(2, 2, 1), channel.sent().stream().map(List::size).toList());
    }

    @Test
    void noRequestsAreNoDatagram() throws Exception {
        FakeChannel channel = new FakeChannel(LARGE, NetlinkTest::acknowledgeAll);
        assertEquals(List.of(), new Netlink(channel).execute(List.of()));
        assertEquals(List.of(), channel.sent());
    }

    @Test
    void lateAnswersToEarlierRequestsAreIgnored() throws Exception {
        FakeChannel channel = new FakeChannel(LARGE, (requests, kernel) -> {
            kernel.answer(ERROR, 0, requests.getFirst().sequence() - 1, 1);
            kernel.answer(ERROR, 0, requests.getFirst().sequence(), 0);
        });
        assertEquals(List.of(Errno.OK), new Netlink(channel).execute(List.of(REQUEST)));
    }

    @Test
    void anAnswerThatNeverComesIsAnError() throws Exception {
        Netlink netlink = new Netlink(new FakeChannel(LARGE, (requests, kernel) -> {}));
        NetlinkException late = assertThrows(NetlinkException.class, () -> netlink.execute(List.of(REQUEST)));
        assertEquals(Errno.EAGAIN, late.errno());
    }

    @Test
    void aListingComesInPartsUntilItIsDone() throws Exception {
        FakeChannel channel = new FakeChannel(LARGE, (requests, kernel) -> {
            int sequence = requests.getFirst().sequence();
            kernel.answer(20, MULTI, sequence, new byte[] {1});
            kernel.answer(20, MULTI, sequence - 1, new byte[] {9});
            kernel.answer(20, MULTI, sequence, new byte[] {2});
            kernel.answer(DONE, MULTI, sequence, 0);
        });
        assertEquals(List.of(1, 2), list(new Netlink(channel)));
        assertEquals(0x301, channel.sent().getFirst().getFirst().flags());
    }

    @Test
    void aListingThatWasInterruptedIsRepeated() throws Exception {
        FakeChannel channel = new FakeChannel(LARGE, (requests, kernel) -> {
            int sequence = requests.getFirst().sequence();
            boolean first = kernel.sent().size() == 1;
            kernel.answer(20, MULTI | (first ? INTERRUPTED : 0), sequence, new byte[] {(byte) sequence});
            kernel.answer(DONE, MULTI, sequence, 0);
        });
        assertEquals(List.of(2), list(new Netlink(channel)));
    }

    @Test
    void aListingThatIsAlwaysInterruptedIsGivenUp() throws Exception {
        FakeChannel channel = new FakeChannel(
                LARGE, (requests, kernel) -> kernel.answer(DONE, MULTI | INTERRUPTED, requests.getFirst().sequence(), 0));
        Netlink netlink = new Netlink(channel);
        assertThrows(NetlinkException.class, () -> list(netlink));
        assertEquals(10, channel.sent().size());
    }

    @Test
    void aRefusedListingSaysWhy() throws Exception {
        Netlink netlink = new Netlink(
                new FakeChannel(LARGE, (requests, kernel) -> kernel.answer(ERROR, 0, requests.getFirst().sequence(), 95)));
        NetlinkException refused = assertThrows(NetlinkException.class, () -> list(netlink));
        assertEquals("listing things: not supported (EOPNOTSUPP)", refused.getMessage());
    }

    private static List<Integer> list(Netlink netlink) throws IOException {
        return netlink.dump("listing things", Message.request(22, 0, new byte[8]), message -> Optional.of((int) message.body()[0]));
    }

    private static void acknowledgeAll(List<Message> requests, FakeChannel kernel) {
        requests.forEach(request -> kernel.answer(ERROR, 0, request.sequence(), 0));
    }
}
