package io.ngrokd.kernel.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Which endpoints are meant. A pattern with {@code *} or {@code ?} must fit the whole host name, {@code host:port} or URL; one
 * without is looked for anywhere in them. Case does not count.
 */
final class EndpointFilter implements Predicate<JsonNode> {

    private static final List<String> STATES = List.of("ready", "degraded", "refused");

    private final Predicate<String> fits;
    private final Optional<String> state;

    private EndpointFilter(Predicate<String> fits, Optional<String> state) {
        this.fits = fits;
        this.state = state;
    }

    static EndpointFilter of(Request request) throws Problem {
        Optional<String> state = request.parameter("state");
        if (state.isPresent() && !STATES.contains(state.get())) {
            throw Problem.badParameter("state", "one of " + String.join(", ", STATES));
        }
        return new EndpointFilter(request.parameter("pattern").or(() -> request.parameter("filter"))
                .map(EndpointFilter::fitting).orElse(any -> true), state);
    }

    private static Predicate<String> fitting(String pattern) {
        String wanted = pattern.toLowerCase(Locale.ROOT);
        if (wanted.chars().noneMatch(sign -> sign == '*' || sign == '?')) {
            return text -> text.contains(wanted);
        }
        // One quantifier for a run of stars, and none that can be tried in two ways: no pattern takes long.
        StringBuilder expression = new StringBuilder();
        wanted.replaceAll("\\*+", "*").chars().forEach(sign -> expression.append(switch (sign) {
            case '*' -> ".*";
            case '?' -> ".";
            default -> Pattern.quote(String.valueOf((char) sign));
        }));
        return Pattern.compile(expression.toString()).asMatchPredicate();
    }

    @Override
    public boolean test(JsonNode endpoint) {
        return (state.isEmpty() || state.get().equals(endpoint.path("state").asText()))
                && List.of("hostname", "endpoint", "url").stream()
                        .map(name -> endpoint.path(name).asText().toLowerCase(Locale.ROOT)).anyMatch(fits);
    }

    /** Whether this is an endpoint's name: {@code host:port}, its host, or its URL. */
    static boolean isNamed(JsonNode endpoint, String name) {
        String wanted = name.toLowerCase(Locale.ROOT).replaceFirst("/$", "");
        return List.of("hostname", "endpoint", "url").stream().anyMatch(field -> endpoint.path(field).asText().equalsIgnoreCase(wanted));
    }
}
