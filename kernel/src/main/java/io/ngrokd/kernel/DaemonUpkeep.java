package io.ngrokd.kernel;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.kernel.config.ConfigException;
import io.ngrokd.kernel.config.ConfigReader;
import io.ngrokd.kernel.config.Effective;
import io.ngrokd.kernel.config.Setting;
import io.ngrokd.kernel.control.Actions.ActionException;
import io.ngrokd.kernel.control.Upkeep;
import io.ngrokd.kernel.plan.SystemPlan;
import io.ngrokd.kernel.status.DaemonStatus;
import io.ngrokd.kernel.status.DaemonStatus.Poll;
import io.ngrokd.kernel.status.StatusBoard;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What users have the daemon do, beside its work. */
final class DaemonUpkeep implements Upkeep {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> LEVELS = List.of("debug", "info", "warn", "error");
    private static final Duration POLL_PATIENCE = Duration.ofSeconds(45);
    private static final Duration LOOK = Duration.ofMillis(20);

    private final Path file;
    private final ConfigReader reader;
    private final Supplier<Effective> effective;
    private final LogLevel logLevel;
    private final StatusBoard board;
    private final Runnable reload;
    private final Runnable poll;
    private final Planning planning;

    /** Says what a config would change; a blank text is the file. */
    interface Planning {
        SystemPlan plan(String text) throws ConfigException, ActionException;
    }

    /**
     * @param file the config file
     * @param effective the config in force
     * @param logLevel of the daemon
     * @param reload reads the file and uses it; returns when that is done
     * @param poll has the endpoints listed soon
     */
    DaemonUpkeep(
            Path file, ConfigReader reader, Supplier<Effective> effective, LogLevel logLevel, StatusBoard board, Runnable reload,
            Runnable poll, Planning planning) {
        this.file = file;
        this.reader = reader;
        this.effective = effective;
        this.logLevel = logLevel;
        this.board = board;
        this.reload = reload;
        this.poll = poll;
        this.planning = planning;
    }

    @Override
    public String reload() throws ActionException {
        Effective before = effective.get();
        reload.run();
        String broken = board.read().warnings().get("config");
        if (broken != null) {
            throw new ActionException(broken);
        }
        String restart = board.read().warnings().get("restart");
        return (effective.get().changedFrom(before).isEmpty() ? "The config is as it was" : "The config was reloaded")
                + (restart == null ? "" : "; " + restart);
    }

    @Override
    public String poll() throws ActionException {
        Optional<Poll> before = board.read().lastPoll();
        if (effective.get().config().api().key().isEmpty()) {
            throw new ActionException("there is no API key; set one with: ngrokctl set-api-key");
        }
        poll.run();
        long begin = System.nanoTime();
        while (board.read().lastPoll().equals(before)) {
            if (System.nanoTime() - begin > POLL_PATIENCE.toNanos()) {
                throw new ActionException("ngrok has not answered within " + POLL_PATIENCE.toSeconds() + " s; the poll goes on");
            }
            pause();
        }
        DaemonStatus now = board.read();
        Optional<String> error = now.lastPoll().flatMap(Poll::error);
        if (error.isPresent()) {
            throw new ActionException("the endpoints could not be listed: " + error.get());
        }
        return "ngrok was asked for its endpoints";
    }

    private static void pause() throws ActionException {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new ActionException("ngrokd is stopping");
        }
    }

    @Override
    public String logLevel() {
        return logLevel.get();
    }

    @Override
    public void logLevel(String level) throws ActionException {
        if (!LEVELS.contains(level)) {
            throw new ActionException("the log level is one of " + String.join(", ", LEVELS));
        }
        logLevel.use(level, "PUT /v1/log-level");
    }

    /** Every key with its origin; and, under {@code config}, what is set in the form of the config file. */
    @Override
    public ObjectNode config() {
        Effective now = logLevel.over(effective.get());
        ObjectNode document = JSON.createObjectNode().put("path", file.toString());
        ObjectNode nested = document.putObject("config");
        now.settings().stream().filter(setting -> !setting.shown().isNull()).forEach(setting -> nest(nested, setting));
        ObjectNode all = now.json(file.toString());
        document.set("settings", all.get("settings"));
        document.set("warnings", all.get("warnings"));
        return document;
    }

    private static void nest(ObjectNode nested, Setting setting) {
        String[] names = setting.key().split("\\.");
        ObjectNode group = nested;
        for (int index = 0; index < names.length - 1; index++) {
            group = group.withObjectProperty(names[index]);
        }
        group.set(names[names.length - 1], setting.shown());
    }

    @Override
    public void checkConfig(String text) throws ActionException {
        try {
            reader.read(file.toString(), text);
        } catch (ConfigException problems) {
            throw new ActionException(problems.getMessage());
        }
    }

    @Override
    public ObjectNode plan(String text) throws ActionException {
        try {
            return planning.plan(text).json();
        } catch (ConfigException problems) {
            throw new ActionException(problems.getMessage());
        }
    }
}
