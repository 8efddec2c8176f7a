package io.ngrokd.kernel.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The secrets that this process knows, to be taken out of texts: as they are, percent-encoded, in Base64 and in hex. Immutable. */
public final class KnownSecrets {

    /** What stands in their place. */
    public static final String MASK = "***";

    /** A shorter one would be found everywhere. */
    private static final int SHORTEST = 4;

    private final List<String> forms;

    /**
     * @param secrets those shorter than 4 characters are passed over
     */
    public KnownSecrets(Collection<String> secrets) {
        Set<String> all = new LinkedHashSet<>();
        secrets.stream().map(String::strip).filter(secret -> secret.length() >= SHORTEST).forEach(secret -> addForms(secret, all));
        // The longest first: a shorter one may be a part of it.
        forms = all.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
    }

    private static void addForms(String secret, Set<String> all) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        String hex = HexFormat.of().formatHex(bytes);
        all.addAll(List.of(secret, URLEncoder.encode(secret, StandardCharsets.UTF_8), hex, hex.toUpperCase(Locale.ROOT)));
        // Without the last sign, which depends on what follows.
        for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
            String encoded = encoder.withoutPadding().encodeToString(bytes);
            all.add(bytes.length % 3 == 0 ? encoded : encoded.substring(0, encoded.length() - 1));
        }
    }

    /** The text without them. */
    public String mask(String text) {
        String masked = text;
        for (String form : forms) {
            masked = masked.contains(form) ? masked.replace(form, MASK) : masked;
        }
        return masked;
    }

    /** A copy of the document without them, in names and in values. */
    public JsonNode mask(JsonNode document) {
        return switch (document) {
            case ObjectNode object -> {
                ObjectNode copy = JsonNodeFactory.instance.objectNode();
                object.properties().forEach(member -> copy.set(mask(member.getKey()), mask(member.getValue())));
                yield copy;
            }
            case ArrayNode array -> {
                ArrayNode copy = JsonNodeFactory.instance.arrayNode();
                array.forEach(element -> copy.add(mask(element)));
                yield copy;
            }
            case TextNode text -> TextNode.valueOf(mask(text.asText()));
            default -> document;
        };
    }
}
