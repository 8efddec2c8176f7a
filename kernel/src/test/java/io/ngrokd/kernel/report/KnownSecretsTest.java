package io.ngrokd.kernel.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownSecretsTest {

    private static final String KEY = "2abcDEF+/ghi_0123456789x";

    private final KnownSecrets secrets = new KnownSecrets(List.of(KEY, "user:pass+word", "", "abc"));

    @Test
    void everyFormIsTakenOut() {
        byte[] bytes = KEY.getBytes(StandardCharsets.UTF_8);
        for (String form : List.of(KEY, URLEncoder.encode(KEY, StandardCharsets.UTF_8), Base64.getEncoder().encodeToString(bytes),
                Base64.getUrlEncoder().encodeToString(bytes), HexFormat.of().formatHex(bytes), HexFormat.of().withUpperCase()
                        .formatHex(bytes))) {
            assertEquals("a *** b", secrets.mask("a " + form + " b"));
        }
        assertFalse(secrets.mask("Proxy-Authorization: Basic " + Base64.getEncoder()
                .encodeToString("user:pass+word".getBytes(StandardCharsets.UTF_8)))
                .contains("dXNlcjpw"));
    }

    @Test
    void whatIsTooShortToBeTold() {
        assertEquals("abc stays", secrets.mask("abc stays"));
    }

    @Test
    void namesAndValuesOfDocuments() throws IOException {
        assertEquals("{\"***\":[1,true,null,{\"x\":\"y ***\"}]}", secrets.mask(new ObjectMapper().readTree(
                "{\"" + KEY + "\":[1,true,null,{\"x\":\"y " + KEY + "\"}]}")).toString());
    }
}
