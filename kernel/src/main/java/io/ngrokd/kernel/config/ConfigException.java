package io.ngrokd.kernel.config;

import java.util.List;

/** The configuration cannot be used. The message is for the user: one problem a line, each with its place and mend. */
public final class ConfigException extends Exception {

    public ConfigException(List<String> problems) {
        super(String.join("\n", problems));
    }

    public ConfigException(String problem) {
        super(problem);
    }
}
