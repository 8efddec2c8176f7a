package io.ngrokd.kernel.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.kernel.reconcile.Carrying.Carry;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Virtual and shared endpoints side by side, on the same ports. */
class MixedModesTest {

    private static final String OWN = "a:80=virtual/10.107.0.2";
    private static final String SHARED = "b:80=shared/0.0.0.0";

    private final FakeLan lan = new FakeLan();

    @AfterEach
    void close() {
        lan.vertx.close().await();
    }

    @Test
    void aListenerOnAllAddressesCarriesThoseOnSingleOnes() {
        Pipeline.Pass pass = lan.apply(OWN, SHARED, "c:80=shared/192.168.1.5", "d:81=virtual/10.107.0.3");
        assertEquals(List.of("listen 0.0.0.0:80", "listen 10.107.0.3:81"), lan.log.stream().sorted().toList());
        assertEquals("10.107.0.2:80", FakeLan.bound(pass, "a", 80));
        assertEquals("0.0.0.0:80", FakeLan.bound(pass, "b", 80));
        assertEquals("192.168.1.5:80", FakeLan.bound(pass, "c", 80));
        assertTrue(pass.complete(), pass.toString());
        assertEquals(Set.of(
                new Carry("virtual:10.107.0.2:80", InetAddress.ofLiteral("10.107.0.2"), "shared:0.0.0.0:80"),
                new Carry("shared:192.168.1.5:80", InetAddress.ofLiteral("192.168.1.5"), "shared:0.0.0.0:80")), Set.copyOf(lan.carried));
        assertEquals("10.107.0.2", lan.hosts.get("a").getFirst().getHostAddress());
    }

    @Test
    void whoGetsACarrierMakesRoomForItFirst() {
        lan.apply(OWN);
        lan.log.clear();
        Pipeline.Pass pass = lan.apply(OWN, SHARED);
        assertEquals(List.of("close 10.107.0.2:80", "listen 0.0.0.0:80"), lan.log);
        assertTrue(pass.complete(), pass.toString());
        assertEquals(Set.of(), lan.drained, "what is open stays open");
    }

    @Test
    void whoLosesItsCarrierIsBoundWhenThatIsGone() {
        lan.apply(OWN, SHARED);
        lan.log.clear();
        Pipeline.Pass pass = lan.apply(OWN);
        assertEquals(List.of("close 0.0.0.0:80", "listen 10.107.0.2:80"), lan.log);
        assertEquals("10.107.0.2:80", FakeLan.bound(pass, "a", 80));
        assertEquals(List.of(), List.copyOf(lan.carried));
    }

    @Test
    void repeatingTouchesNothing() {
        lan.apply(OWN, SHARED);
        lan.log.clear();
        assertTrue(lan.apply(OWN, SHARED).complete());
        assertEquals(List.of(), lan.log);
    }

    @Test
    void whereTheCarrierDoesNotGetItsPortTheOthersHaveTheirOwn() {
        lan.foreign.add("192.168.1.7:80");
        Pipeline.Pass pass = lan.apply(OWN, SHARED);
        assertEquals("10.107.0.2:80", FakeLan.bound(pass, "a", 80));
        assertEquals("0.0.0.0:81", FakeLan.bound(pass, "b", 80));
        assertFalse(pass.complete());
        lan.log.clear();
        lan.apply(OWN, SHARED);
        assertEquals(List.of(), lan.log, "not at each pass anew");
        lan.foreign.clear();
        lan.pipeline.tryAgain();
        pass = lan.apply(OWN, SHARED);
        assertEquals(List.of("close 10.107.0.2:80", "close 0.0.0.0:81", "listen 0.0.0.0:80"), lan.log);
        assertTrue(pass.complete(), pass.toString());
    }

    @Test
    void anotherLeasedPortCutsNobodyOff() {
        lan.apply("t:7000=shared/0.0.0.0/9080");
        Pipeline.Pass pass = lan.apply("t:7000=shared/0.0.0.0/9081");
        assertEquals("0.0.0.0:9081", FakeLan.bound(pass, "t", 7000));
        assertTrue(pass.complete());
        assertEquals(Set.of(), lan.drained);
        lan.apply("t:7000=shared/192.168.1.5/9081");
        assertEquals(Set.of("t:7000"), lan.drained);
    }
}
