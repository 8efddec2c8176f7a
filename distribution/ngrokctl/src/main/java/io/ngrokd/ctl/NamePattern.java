package io.ngrokd.ctl;

import io.ngrokd.ctl.json.Fields;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which endpoints a user means; here, and not at the daemon, so that the Go daemon's list is filtered too. */
final class NamePattern {

    private final String wanted;
    private final Pattern whole;

    NamePattern(String text) {
        wanted = text.toLowerCase(Locale.ROOT);
        if (wanted.chars().noneMatch(sign -> sign == '*' || sign == '?')) {
            whole = null;
            return;
        }
        StringBuilder expression = new StringBuilder();
        wanted.replaceAll("\\*+", "*").chars().forEach(sign -> expression.append(switch (sign) {
            case '*' -> ".*";
            case '?' -> ".";
            default -> Pattern.quote(String.valueOf((char) sign));
        }));
        whole = Pattern.compile(expression.toString());
    }

    boolean fits(Fields endpoint) {
        String host = endpoint.text("hostname").orElse("");
        return List.of(host, endpoint.text("endpoint").orElse(host), endpoint.text("url").orElse("")).stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .anyMatch(name -> whole == null ? name.contains(wanted) : whole.matcher(name).matches());
    }
}
