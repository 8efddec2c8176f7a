package io.ngrokd.ctl.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The secrets that ngrokctl can find where it runs, so that they can be taken out of a report. What it may not read, it cannot put
 * into one either.
 */
public final class Secrets {

    private static final int LONGEST_FILE = 1 << 20;
    private static final Pattern IN_CONFIG = Pattern.compile("(?m)\\bkey\"?\\s*:\\s*[\"']?([^\"'\\s#,}]+)");
    private static final Pattern USER_INFO = Pattern.compile("(?m)(?:://|\\burl\"?\\s*:\\s*[\"']?)([^\\s\"'/@]+(?:[^\\s\"'@]*))@");

    private final List<String> found = new ArrayList<>();

    /** Those of the environment, and of the files that it names. */
    Secrets environment(Map<String, String> environment) {
        environment.forEach((name, value) -> {
            String upper = name.toUpperCase(Locale.ROOT);
            if (upper.equals("NGROK_API_KEY") || upper.equals("NGROKD_API_KEY")) {
                found.add(value);
            } else if (upper.equals("NGROK_API_KEY_FILE") || upper.equals("NGROKD_TOKEN_FILE")) {
                lines(Path.of(value));
            } else if (upper.matches(".*_PROXY(_URL)?") && value.contains("@")) {
                userInfo(value.substring(0, value.lastIndexOf('@')).replaceFirst("^.*?://", ""));
            }
        });
        return this;
    }

    /** Those of a config file. */
    Secrets config(Path file) {
        text(file).ifPresent(text -> {
            Matcher key = IN_CONFIG.matcher(text);
            while (key.find()) {
                found.add(key.group(1));
            }
            Matcher user = USER_INFO.matcher(text);
            while (user.find()) {
                userInfo(user.group(1));
            }
        });
        return this;
    }

    private void userInfo(String credentials) {
        found.add(credentials);
        found.add(credentials.substring(credentials.indexOf(':') + 1));
    }

    /** Files whose every line is secret, as those of keys and tokens. */
    Secrets lines(Path file) {
        text(file).ifPresent(text -> text.lines().map(String::strip).filter(line -> !line.startsWith("-----")).forEach(found::add));
        return this;
    }

    private static Optional<String> text(Path file) {
        try {
            return Files.isRegularFile(file) && Files.size(file) <= LONGEST_FILE
                    ? Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8)) : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    List<String> all() {
        return List.copyOf(found);
    }
}
