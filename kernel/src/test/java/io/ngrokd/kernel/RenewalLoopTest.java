package io.ngrokd.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.kernel.control.Actions.Refreshed;
import io.ngrokd.kernel.fixture.FakeNgrok;
import io.ngrokd.kernel.fixture.Fault;
import io.ngrokd.kernel.identity.CertificateLife;
import io.ngrokd.kernel.identity.Identity;
import io.ngrokd.kernel.identity.IdentityException;
import io.ngrokd.kernel.ngrok.ApiException;
import io.ngrokd.kernel.status.DaemonStatus.CertificateStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A certificate's life, lived through check by check. */
class RenewalLoopTest {

    @TempDir
    private Path folder;

    private KeeperRig rig;
    private FakeNgrok ngrok;
    private RenewalLoop loop;
    private Instant start;
    private Identity first;

    @BeforeEach
    void register() throws Exception {
        rig = new KeeperRig(folder);
        ngrok = rig.ngrok;
        loop = new RenewalLoop(rig.keeper, rig.board, rig.clock);
        start = rig.clock.instant();
        rig.keeper.ensure();
        first = rig.inUse();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void isCheckedHourlyAndRenewedWhenLessThanAThirdIsLeft() {
        assertEquals(Duration.ofHours(1), loop.check());
        rig.clock.set(renewAt().minusSeconds(90));
        assertEquals(Duration.ofSeconds(90), loop.check());
        assertEquals(0, ngrok.requests("PATCH").size());
        rig.clock.forward(Duration.ofSeconds(90));
        assertEquals(Duration.ofHours(1), loop.check());
        assertNotEquals(first.certificate(), rig.inUse().certificate());
        assertEquals(renewAt().plus(KeeperRig.LIFE), status().notAfter());
        assertEquals(0, rig.board.read().warnings().size());
    }

    private Instant renewAt() {
        return start.plus(Duration.ofDays(60));
    }

    @Test
    void failuresBackOffAndAreVisibleLongBeforeTheEnd() {
        rig.clock.set(renewAt());
        Fault[] many = new Fault[200];
        Arrays.fill(many, Fault.text(503, "<html>"));
        ngrok.fail("PATCH", many);
        Duration pause = loop.check();
        assertTrue(between(pause, Duration.ofSeconds(54), Duration.ofMinutes(1)), pause.toString());
        assertTrue(status().lastError().orElseThrow().contains("HTTP 503"), status().toString());
        String warning = rig.board.read().warnings().get("certificate");
        assertTrue(warning.contains("could not be renewed") && warning.contains(status().notAfter().toString()) && warning.contains("HTTP 503"), warning);

        assertEquals(1, ngrok.requests("PATCH").size());
        loop.check();
        assertEquals(1, ngrok.requests("PATCH").size(), "not before its time");
        for (int i = 0; i < 20; i++) {
            rig.clock.forward(pause);
            pause = loop.check();
        }
        assertEquals(21, ngrok.requests("PATCH").size());
        assertTrue(between(pause, Duration.ofMinutes(53), Duration.ofHours(1)), pause.toString());
        assertEquals(first.certificate(), rig.inUse().certificate());
    }

    private static boolean between(Duration duration, Duration least, Duration most) {
        return duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0;
    }

    @Test
    void theLastTryComesBeforeTheEnd() {
        rig.clock.set(start.plus(KeeperRig.LIFE).minusSeconds(40));
        ngrok.fail("PATCH", Fault.text(500, "oops"), Fault.tooMany(3000));
        Duration pause = loop.check();
        assertEquals(Duration.ofSeconds(20), pause);
        rig.clock.forward(pause);
        pause = loop.check();
        assertEquals(Duration.ofSeconds(10), pause, "however long ngrok asked us to wait");
        rig.clock.forward(pause);
        loop.check();
        assertNotEquals(first.certificate(), rig.inUse().certificate());
        assertFalse(rig.board.read().warnings().containsKey("certificate"));
        assertTrue(status().lastError().isEmpty());
    }

    @Test
    void longPausesThatNgrokAsksForAreKept() {
        rig.clock.set(renewAt());
        ngrok.fail("PATCH", Fault.tooMany(1800));
        assertEquals(Duration.ofMinutes(30), loop.check());
    }

    @Test
    void anExpiredOneSaysSoAndIsRenewedAsSoonAsItCan() {
        rig.clock.set(start.plus(KeeperRig.LIFE));
        ngrok.fail("PATCH", Fault.text(500, "oops"));
        Duration pause = loop.check();
        assertTrue(rig.board.read().isCertificateExpired());
        String warning = rig.board.read().warnings().get("certificate");
        assertTrue(warning.contains("expired at " + status().notAfter()) && warning.contains("ngrok refuses new connections")
                && warning.contains("clock") && warning.contains("HTTP 500"), warning);
        rig.clock.forward(pause);
        loop.check();
        assertFalse(rig.board.read().isCertificateExpired());
        assertFalse(rig.board.read().warnings().containsKey("certificate"));
    }

    @Test
    void aChangedKeyOrASetClockEndsAPause() {
        rig.clock.set(renewAt());
        ngrok.fail("PATCH", Fault.refusal(401, "ERR_NGROK_202", "wrong key"));
        loop.check();
        assertTrue(status().lastError().orElseThrow().contains("ngrokctl set-api-key"));
        loop.tryNow();
        loop.check();
        assertNotEquals(first.certificate(), rig.inUse().certificate());
    }

    @Test
    void aClockThatIsADayAheadOfNgrokDoesNotHammerIt() {
        // A life of an hour, made by an ngrok whose clock is right.
        ngrok.signs(Clock.fixed(start, ZoneOffset.UTC), Duration.ofHours(1));
        rig.clock.set(start.plus(KeeperRig.LIFE).plus(Duration.ofDays(1)));
        Duration pause = loop.check();
        assertTrue(pause.compareTo(Duration.ofSeconds(53)) > 0, pause.toString());
        assertEquals(1, ngrok.requests("PATCH").size());
        String warning = rig.board.read().warnings().get("certificate");
        assertTrue(warning.contains("set this machine's clock"), warning);
        loop.check();
        assertEquals(1, ngrok.requests("PATCH").size());
    }

    @Test
    void aClockThatIsADayBehindIsNamed() {
        rig.clock.set(start.minus(Duration.ofDays(1)));
        Duration pause = loop.check();
        String warning = rig.board.read().warnings().get("certificate");
        assertTrue(warning.contains("from " + start) && warning.contains("set this machine's clock"), warning);
        assertEquals(Duration.ofHours(1), pause);
        assertEquals(0, ngrok.requests("PATCH").size());
        rig.clock.set(start);
        loop.check();
        assertFalse(rig.board.read().warnings().containsKey("certificate"));
    }

    @Test
    void whatCannotBeSavedServesAndIsSavedLater() throws Exception {
        Path obstacle = Files.createDirectories(folder.resolve("tls.key.new/in-the-way"));
        rig.clock.set(renewAt());
        Duration pause = loop.check();
        assertNotEquals(first.certificate(), rig.inUse().certificate());
        assertEquals(first.certificate(), rig.store.load().orElseThrow().certificate());
        String warning = rig.board.read().warnings().get("certificate");
        assertTrue(warning.contains("could not be saved") && warning.contains("a restart finds the old one"), warning);
        Files.delete(obstacle);
        Files.delete(obstacle.getParent());
        rig.clock.forward(pause);
        loop.check();
        assertEquals(rig.inUse().certificate(), rig.store.load().orElseThrow().certificate());
        assertEquals(1, ngrok.requests("PATCH").size(), "it is saved, not renewed once more");
        assertFalse(rig.board.read().warnings().containsKey("certificate"));
    }

    @Test
    void livesOfSecondsAreRenewedInTime() throws Exception {
        ngrok.signs(rig.clock, Duration.ofSeconds(30));
        loop.refresh(true);
        assertEquals(Duration.ofSeconds(20), loop.check());
        rig.clock.forward(Duration.ofSeconds(20));
        ngrok.fail("PATCH", Fault.text(500, "oops"));
        Duration pause = loop.check();
        assertEquals(Duration.ofSeconds(1), pause);
        rig.clock.forward(pause);
        assertEquals(Duration.ofSeconds(20), loop.check());
    }

    @Test
    void aUserGetsWhatHeAsksFor() throws Exception {
        Refreshed notDue = loop.refresh(false);
        assertEquals(new Refreshed(false, status().notAfter(), status().notAfter(), renewAt(), notDue.message()), notDue);
        assertTrue(notDue.message().startsWith("Not due"), notDue.message());
        rig.clock.forward(Duration.ofDays(1));
        Refreshed forced = loop.refresh(true);
        assertEquals(start.plus(KeeperRig.LIFE), forced.before());
        assertEquals(rig.clock.instant().plus(KeeperRig.LIFE), forced.notAfter());
        assertEquals(forced.notAfter(), status().notAfter());
        rig.clock.set(forced.renewAt());
        assertTrue(loop.refresh(false).renewed());
    }

    @Test
    void aUsersTryThatFailsBeforeItIsDueIsNoTrouble() {
        ngrok.fail("PATCH", Fault.refusal(403, "ERR_NGROK_99", "not allowed"));
        assertTrue(assertThrows(ApiException.class, () -> loop.refresh(true)).getMessage().contains("not allowed"));
        loop.check();
        assertFalse(rig.board.read().warnings().containsKey("certificate"));
    }

    @Test
    void withoutARegistrationThereIsNothingToRenew() throws Exception {
        KeeperRig fresh = new KeeperRig(folder.resolve("fresh"));
        RenewalLoop idle = new RenewalLoop(fresh.keeper, fresh.board, fresh.clock);
        assertEquals(Duration.ofHours(1), idle.check());
        assertTrue(assertThrows(IdentityException.class, () -> idle.refresh(true)).getMessage().contains("not registered"));
        fresh.close();
    }

    @Test
    void theLoopItselfFollowsACertificateThatItWasNotToldOf() throws Exception {
        // Real time from here on: the certificate is due at once, and the loop sleeps for an hour when it is made.
        loop.start();
        try {
            ngrok.signs(Clock.fixed(start.minusSeconds(25), ZoneOffset.UTC), Duration.ofSeconds(30));
            rig.keeper.renew();
            ngrok.signs(rig.clock, KeeperRig.LIFE);
            while (!new CertificateLife(status().notBefore(), status().notAfter()).notAfter().equals(start.plus(KeeperRig.LIFE))) {
                Thread.sleep(10);
            }
        } finally {
            loop.stop();
            loop.join(Duration.ofSeconds(30));
        }
    }

    private CertificateStatus status() {
        return rig.board.read().certificate().orElseThrow();
    }
}
