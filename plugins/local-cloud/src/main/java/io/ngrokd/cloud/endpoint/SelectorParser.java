package io.ngrokd.cloud.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recursive descent over the part of CEL that selectors of endpoints use in practice. */
final class SelectorParser {

    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:(\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*')|(\\d+)|([A-Za-z_][A-Za-z0-9_.]*)|(&&|\\|\\||==|!=|[!()]))");
    private static final int MOST_TOKENS = 500;

    private final String text;
    private final List<String> tokens;
    private int position;

    SelectorParser(String text) throws SelectorException {
        this.text = text;
        this.tokens = tokens(text);
    }

    Predicate<Endpoint> parse() throws SelectorException {
        Predicate<Endpoint> condition = either();
        if (position < tokens.size()) {
            throw problem("\"" + tokens.get(position) + "\" was not expected");
        }
        return condition;
    }

    private Predicate<Endpoint> either() throws SelectorException {
        Predicate<Endpoint> left = both();
        while (accept("||")) {
            left = left.or(both());
        }
        return left;
    }

    private Predicate<Endpoint> both() throws SelectorException {
        Predicate<Endpoint> left = single();
        while (accept("&&")) {
            left = left.and(single());
        }
        return left;
    }

    private Predicate<Endpoint> single() throws SelectorException {
        if (accept("!")) {
            return single().negate();
        }
        if (accept("(")) {
            Predicate<Endpoint> inner = either();
            expect(")");
            return inner;
        }
        if (accept("true")) {
            return _ -> true;
        }
        if (accept("false")) {
            return _ -> false;
        }
        String token = next();
        if (isLiteral(token)) {
            return accept("in") ? inBindings(token) : literalFirst(token);
        }
        return fieldFirst(token);
    }

    private Predicate<Endpoint> inBindings(String literal) throws SelectorException {
        expect("endpoint.bindings");
        String binding = unquoted(literal);
        return endpoint -> endpoint.config().bindings().contains(binding);
    }

    private Predicate<Endpoint> literalFirst(String literal) throws SelectorException {
        boolean equal = equality();
        Function<Endpoint, String> field = field(next());
        String value = unquoted(literal);
        return endpoint -> field.apply(endpoint).equals(value) == equal;
    }

    private Predicate<Endpoint> fieldFirst(String token) throws SelectorException {
        int dot = token.lastIndexOf('.');
        String method = dot < 0 ? "" : token.substring(dot + 1);
        BiPredicate<String, String> test = switch (method) {
            case "startsWith" -> String::startsWith;
            case "endsWith" -> String::endsWith;
            case "contains" -> String::contains;
            default -> null;
        };
        if (test == null) {
            Function<Endpoint, String> field = field(token);
            boolean equal = equality();
            String value = unquoted(next());
            return endpoint -> field.apply(endpoint).equals(value) == equal;
        }
        Function<Endpoint, String> field = field(token.substring(0, dot));
        expect("(");
        String value = unquoted(next());
        expect(")");
        return endpoint -> test.test(field.apply(endpoint), value);
    }

    private boolean equality() throws SelectorException {
        if (accept("==")) {
            return true;
        }
        expect("!=");
        return false;
    }

    private Function<Endpoint, String> field(String name) throws SelectorException {
        return switch (name) {
            case "endpoint.id" -> Endpoint::id;
            case "endpoint.url", "endpoint.public_url" -> endpoint -> endpoint.url().toString();
            case "endpoint.proto", "endpoint.scheme" -> endpoint -> endpoint.url().scheme();
            case "endpoint.host" -> endpoint -> endpoint.url().host();
            case "endpoint.port" -> endpoint -> Integer.toString(endpoint.url().port());
            case "endpoint.type" -> _ -> "cloud";
            case "endpoint.description" -> endpoint -> endpoint.config().description();
            case "endpoint.metadata" -> endpoint -> endpoint.config().metadata();
            default -> throw problem("\"" + name + "\" is not known");
        };
    }

    private boolean accept(String token) {
        if (position < tokens.size() && tokens.get(position).equals(token)) {
            position++;
            return true;
        }
        return false;
    }

    private void expect(String token) throws SelectorException {
        if (!accept(token)) {
            throw problem("\"" + token + "\" was expected after token " + position);
        }
    }

    private String next() throws SelectorException {
        if (position >= tokens.size()) {
            throw problem("it ends too early");
        }
        return tokens.get(position++);
    }

    private String unquoted(String token) throws SelectorException {
        if (!isLiteral(token)) {
            throw problem("a literal was expected where \"" + token + "\" stands");
        }
        return Character.isDigit(token.charAt(0)) ? token
                : token.substring(1, token.length() - 1).replaceAll("\\\\(.)", "$1");
    }

    private static boolean isLiteral(String token) {
        char first = token.charAt(0);
        return first == '"' || first == '\'' || Character.isDigit(first);
    }

    private SelectorException problem(String problem) {
        return new SelectorException(text, problem);
    }

    private static List<String> tokens(String text) throws SelectorException {
        List<String> tokens = new ArrayList<>();
        String trimmed = text.stripTrailing();
        Matcher matcher = TOKEN.matcher(trimmed);
        int end = 0;
        while (end < trimmed.length()) {
            if (!matcher.find(end) || matcher.start() != end) {
                throw new SelectorException(text, "it can't be read from character " + (end + 1) + " on");
            }
            tokens.add(matcher.group().strip());
            end = matcher.end();
        }
        // Also bounds how deep the descent can go.
        if (tokens.isEmpty() || tokens.size() > MOST_TOKENS) {
            throw new SelectorException(text, tokens.isEmpty() ? "it is empty" : "it is too long");
        }
        return tokens;
    }
}
