package io.ngrokd.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ngrokd.kernel.config.ConfigException;
import io.ngrokd.kernel.config.ConfigReader;
import io.ngrokd.kernel.config.Effective;
import io.ngrokd.kernel.config.Setting;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogLevelTest {

    private String before;

    @BeforeEach
    void remember() {
        before = new LogLevel(false).get();
    }

    @AfterEach
    void restore() {
        new LogLevel(false).use(before, "");
    }

    private static Effective config(String level) throws ConfigException {
        return new ConfigReader(Map.of()).readAll("c.yml", "server: {log_level: " + level + "}\n");
    }

    private static String shown(LogLevel level, Effective effective) {
        Setting setting = level.over(effective).settings().stream().filter(one -> one.key().equals("server.log_level")).findFirst()
                .orElseThrow();
        return setting.text() + " by " + setting.originText();
    }

    @Test
    void theConfigSaysIt() throws ConfigException {
        LogLevel level = new LogLevel(false);
        level.follow(config("warn"));
        assertEquals("warn", level.get());
        assertEquals("warn by c.yml:1", shown(level, config("warn")));
    }

    @Test
    void verboseComesBeforeTheConfigWheneverItIsRead() throws ConfigException {
        LogLevel level = new LogLevel(true);
        level.follow(config("warn"));
        level.follow(config("error"));
        assertEquals("debug", level.get());
        assertEquals("debug by runtime ngrokd -v", shown(level, config("error")));
    }

    @Test
    void aCommandCountsUntilTheConfigSaysAnotherOne() throws ConfigException {
        LogLevel level = new LogLevel(false);
        level.follow(config("warn"));
        level.use("debug", "PUT /v1/log-level");
        assertEquals("debug", level.get());
        assertEquals("debug by runtime PUT /v1/log-level", shown(level, config("warn")));
        level.follow(config("error"));
        assertEquals("error by c.yml:1", shown(level, config("error")));
    }
}
