package io.ngrokd.kernel;

import io.ngrokd.kernel.config.ConfigException;
import io.ngrokd.kernel.config.ConfigFile;
import io.ngrokd.kernel.config.Effective;
import io.ngrokd.kernel.status.StatusBoard;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands on a changed config file, whether its watch or a signal told of the change. One that cannot be used is kept out,
 * with a warning that stays until the file is mended.
 */
final class Reloader {

    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

    /** Why the file is read. */
    enum Cause {
        /** It was saved. */
        SAVED,
        /** SIGHUP. */
        SIGNAL,
        /** A command, which tells what came of it by itself. */
        COMMAND
    }

    private final Vertx vertx;
    private final ConfigFile file;
    private final StatusBoard board;
    private final Duration lookAgain;
    private final Function<Effective, List<String>> use;
    private final BiConsumer<String, String> news;
    private volatile boolean started;
    private String broken;

    /**
     * @param lookAgain how soon a file that was broken is read again
     * @param use gets every config that can be used, also one that is as before; says which keys have changed
     * @param news is told, with a type and a sentence, of changes that no command asked for
     */
    Reloader(
            Vertx vertx, ConfigFile file, StatusBoard board, Duration lookAgain, Function<Effective, List<String>> use,
            BiConsumer<String, String> news) {
        this.vertx = vertx;
        this.file = file;
        this.board = board;
        this.lookAgain = lookAgain;
        this.use = use;
        this.news = news;
    }

    /** Begins to watch; a change between the first reading and now counts too. */
    void start(Effective inForce) {
        // What the watch read may be older than what a signal had read meanwhile: only the file as it is now counts.
        file.watch(seen -> reload(Cause.SAVED), broken -> reload(Cause.SAVED));
        started = true;
        try {
            Effective now = file.loadOrDefaults();
            if (!now.changedFrom(inForce).isEmpty()) {
                good(now, Cause.SAVED);
            }
        } catch (ConfigException problems) {
            bad(problems);
        }
    }

    /** Reads the file now; before the start is done that happens anyway. One at a time, so that none is used late. */
    synchronized void reload(Cause cause) {
        if (!started) {
            return;
        }
        try {
            good(file.load(), cause);
        } catch (ConfigException problems) {
            bad(problems);
        }
    }

    private synchronized void good(Effective config, Cause cause) {
        broken = null;
        board.clearWarning("config");
        List<String> changed = use.apply(config);
        switch (cause) {
            case SAVED -> {
                if (!changed.isEmpty()) {
                    news.accept("config.reloaded", "the file was saved; changed: " + String.join(", ", changed));
                }
            }
            case SIGNAL -> news.accept("config.reloaded", "a signal asked for it; changed: " + (changed.isEmpty() ? "nothing"
                    : String.join(", ", changed)));
            case COMMAND -> LOG.debug("The config was read because somebody asked for it.");
        }
    }

    private synchronized void bad(ConfigException problems) {
        boolean known = problems.getMessage().equals(broken);
        boolean lookingAlready = broken != null;
        broken = problems.getMessage();
        if (!known) {
            LOG.error("The changed config cannot be used; the old one stays in force.\n{}", broken);
            board.warn("config", "the config file cannot be used, the old one is in force: " + broken);
        }
        if (!lookingAlready) {
            lookAgain();
        }
    }

    /** A signal can find a break that is mended before the watch sees either: then no change would ever tell of the mend. */
    private void lookAgain() {
        vertx.setTimer(lookAgain.toMillis(), timer -> Thread.ofVirtual().name("reload").start(() -> {
            reload(Cause.SAVED);
            synchronized (this) {
                if (broken != null) {
                    lookAgain();
                }
            }
        }));
    }
}
