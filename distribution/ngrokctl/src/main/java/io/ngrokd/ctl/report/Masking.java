package io.ngrokd.ctl.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.ngrokd.ctl.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Takes secrets out of texts: those that are known, in whatever form, and whatever looks like one by where it stands or how it is
 * built. Rather too much than too little: somebody else will read it. Immutable.
 */
public final class Masking {

    private static final String MASK = "***";
    private static final int SHORTEST = 4;

    private record Rule(Pattern pattern, String replacement) {

        static Rule of(String pattern, String replacement) {
            return new Rule(Pattern.compile(pattern), replacement);
        }
    }

    /** Each looks ahead for a bounded length only: no text takes long. */
    private static final List<Rule> RULES = List.of(
            // A key in PEM, also one that breaks off.
            Rule.of("-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----[\\s\\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\\z)",
                    "-----BEGIN $1PRIVATE KEY----- " + MASK),
            // Headers: all that stands behind the name in the line.
            Rule.of("(?i)\\b((?:proxy-)?authorization|(?:set-)?cookie|x-api-key|x-auth-token)\\b([\"']?\\s*[:=]\\s*)[^\\r\\n]+", "$1$2"
                    + MASK),
            Rule.of("(?i)\\b(bearer)\\s+[A-Za-z0-9._~+/=-]+", "$1 " + MASK),
            Rule.of("(?i)\\b(basic|negotiate|ntlm)\\s+[A-Za-z0-9+/=]{8,}", "$1 " + MASK),
            // User and password in a URL.
            Rule.of("(?i)\\b([a-z][a-z0-9+.-]{1,20}://)[^\\s\"'<>]{0,1000}@", "$1" + MASK + "@"),
            // A name that says it.
            Rule.of("(?i)((?:password|passwd|passphrase|secret|token|api[_.-]?key|authtoken|credentials?|private[_-]?key)"
                    + "(?!\\w{0,60}\\.java\\b)[\\w.-]{0,60}[\"']?\\s*[:=]\\s*)"
                    + "(?:\"[^\"\\r\\n]*\"|'[^'\\r\\n]*'|[^\\s,;}\\])]+)", "$1" + MASK),
            // An ngrok API key, and a JSON web token, by how they are built.
            Rule.of("\\b[A-Za-z0-9]{20,}_[A-Za-z0-9]{15,}\\b", MASK),
            Rule.of("\\beyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]*)?", MASK));

    private static final Pattern TELLING_NAME = Pattern.compile(
            "(?i)(.*[_.-])?(api_?key|authtoken|passw(or)?d|passphrase|secret|token|authorization|cookie|credentials|private_?key)");

    private final List<String> known;

    /**
     * @param secrets those that are known; shorter ones than 4 characters are passed over
     */
    public Masking(Collection<String> secrets) {
        Set<String> forms = new LinkedHashSet<>();
        for (String secret : secrets.stream().map(String::strip).filter(text -> text.length() >= SHORTEST && !text.equals(MASK)).toList()) {
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            String base64 = Base64.getEncoder().withoutPadding().encodeToString(bytes);
            // Without the last sign, which depends on what follows.
            String stable = bytes.length % 3 == 0 ? base64 : base64.substring(0, base64.length() - 1);
            String hex = HexFormat.of().formatHex(bytes);
            Stream.of(secret, stable, stable.replace('+', '-').replace('/', '_'), hex, HexFormat.of().withUpperCase().formatHex(bytes))
                    .forEach(forms::add);
        }
        known = forms.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
    }

    /** The text without secrets. */
    public String mask(String text) {
        String masked = text;
        for (String secret : known) {
            masked = masked.contains(secret) ? masked.replace(secret, MASK) : masked;
        }
        for (Rule rule : RULES) {
            masked = rule.pattern().matcher(masked).replaceAll(rule.replacement());
        }
        return masked;
    }

    /**
     * A file's content without secrets.
     *
     * @param name ends with {@code .json} when it is JSON, which then stays JSON
     */
    byte[] mask(String name, byte[] content) {
        if (name.endsWith(".json")) {
            try {
                return maskJson(content);
            } catch (IOException noJson) {
                // Below, as text: whatever it is, it goes into the report without secrets.
            }
        }
        return mask(new String(content, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    /** Each string by itself, so that a secret ends where the string does. */
    private byte[] maskJson(byte[] json) throws IOException {
        ByteArrayOutputStream masked = new ByteArrayOutputStream(json.length + 1024);
        DefaultIndenter indent = new DefaultIndenter("  ", "\n");
        try (JsonParser parser = Json.FACTORY.createParser(json); JsonGenerator generator = Json.FACTORY.createGenerator(masked)) {
            generator.setPrettyPrinter(new DefaultPrettyPrinter().withArrayIndenter(indent).withObjectIndenter(indent));
            boolean telling = false;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                switch (token) {
                    case FIELD_NAME -> {
                        telling = TELLING_NAME.matcher(parser.currentName()).matches();
                        generator.writeFieldName(mask(parser.currentName()));
                    }
                    case VALUE_STRING -> {
                        generator.writeString(telling && !parser.getText().isEmpty() ? MASK : mask(parser.getText()));
                        telling = false;
                    }
                    default -> {
                        generator.copyCurrentEventExact(parser);
                        telling = false;
                    }
                }
            }
        }
        return masked.toByteArray();
    }
}
