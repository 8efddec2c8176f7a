package io.ngrokd.plugin.hosts.file;

import io.ngrokd.kit.system.FileState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Says whether a file may still be in somebody's hands. An editor or a script that writes it in place may have emptied
 * it and written half, and has it open: replaced now, the rest would go to a file that has no name any more.
 */
final class Settling {

    /** Nobody who writes a hosts file rests that long in the middle of it. */
    static final Duration QUIET = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final InstantSource clock;
    private final Pause pause;
    private final Map<Path, Fingerprint> ours = new HashMap<>();

    Settling(InstantSource clock, Pause pause) {
        this.clock = clock;
        this.pause = pause;
    }

    static Settling ofSystem() {
        return new Settling(InstantSource.system(), Thread::sleep);
    }

    /** Lets time pass. */
    interface Pause {
        void take(Duration time) throws InterruptedException;
    }

    private record Fingerprint(int length, long sum) {
        static Fingerprint of(byte[] content) {
            CRC32C sum = new CRC32C();
            sum.update(content);
            return new Fingerprint(content.length, sum.getValue());
        }
    }

    /** Whether it was last written some time ago, or says what we wrote. */
    boolean isSettled(FileState state) {
        Instant now = clock.instant();
        boolean fresh = state.exists() && !state.modified().isAfter(now) && state.modified().plus(QUIET).isAfter(now);
        return !fresh || Fingerprint.of(state.content()).equals(ours.get(state.path()));
    }

    void wrote(FileState seen, byte[] content) {
        ours.put(seen.path(), Fingerprint.of(content));
    }

    /** Before the next look. */
    void pause() throws InterruptedException {
        pause.take(PAUSE);
    }
}
