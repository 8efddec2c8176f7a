package io.ngrokd.ctl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskingTest {

    private final Masking masking = new Masking(List.of("knownSecret1", "ab", "***"));

    @ParameterizedTest
    @ValueSource(strings = {
        "Authorization: Bearer CANARY.x-y_z", "authorization=Basic Q0FOQVJZOkNBTkFSWQ== CANARY", "Proxy-Authorization: Basic CANARYxyz",
        "Cookie: a=\"CANARY\"; b=CANARY", "Set-Cookie: session=CANARY; Path=/", "sent bearer CANARY to somebody", "X-Api-Key: CANARY",
        "https_proxy=http://user:CANARY@proxy:3128", "http://CANARY@proxy/", "tcp://u:p/CANARY@host", "password=CANARY",
                "password: \"two CANARY words\"",
        "trustStorePassword=CANARY", "--token CANARY_=x token=CANARY", "api_key = 'CANARY'", "{\"api.key\": \"CANARY\"}",
                "authtoken: CANARY", "client_secret=CANARY&x=1",
        "-----BEGIN EC PRIVATE KEY-----\nCANARY\n-----END EC PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nCANARY\nCANARY",
        "2CANARYabcdefghijklmnopqrstu_4CANARYabcdefghijkl", "eyJhbGciOiJIUzI1NiJ9.CANARY.CANARY"})
    void whatLooksLikeASecretGoes(String text) {
        String masked = masking.mask("before " + text + "\nafter");
        assertFalse(masked.replaceFirst("--token CANARY_=x", "").contains("CANARY"), masked);
        assertTrue(masked.startsWith("before ") && masked.contains("***"), masked);
        assertTrue(text.startsWith("-----BEGIN PRIVATE") || masked.endsWith("\nafter"), masked);
    }

    @Test
    void whatIsKnownGoesInEveryForm() {
        byte[] secret = "knownSecret1".getBytes(StandardCharsets.UTF_8);
        for (String form : List.of("knownSecret1", Base64.getEncoder().encodeToString(secret), HexFormat.of().formatHex(secret),
                HexFormat.of().withUpperCase().formatHex(secret))) {
            assertEquals("a *** b", masking.mask("a " + form + " b"));
        }
        assertEquals("ab stays, as *** does", masking.mask("ab stays, as *** does"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"k8sop_2abcdefghijklmnopqrstuvwxyz0", "ep_2abcdefghijklmnopqrstuvwxyz0", "http://hello.demo/ is ready",
            "10.107.0.2/16 dev ngrokd0",
        "at io.ngrokd.kernel.control.http.ControlToken.isIn(ControlToken.java:40)", "mail to root@localhost",
                "-----BEGIN CERTIFICATE-----"})
    void whatIsNoneStays(String text) {
        assertEquals(text, masking.mask(text));
    }

    @Test
    void documentsStayDocuments() {
        String masked = new String(masking.mask("x.json",
                ("{\"message\":\"Authorization: Bearer abc\\\"def\",\"api_key\":\"abcdef\",\"secret\":false,\"token\":\"\",\"n\":1.50,"
                + "\"list\":[\"http://u:p@h\",null]}").getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
        assertEquals("""
                {
                  "message" : "Authorization: ***",
                  "api_key" : "***",
                  "secret" : false,
                  "token" : "",
                  "n" : 1.50,
                  "list" : [
                    "http://***@h",
                    null
                  ]
                }""", masked);
        assertEquals("no json, password=***", new String(masking.mask("x.json", "no json, password=abc".getBytes(StandardCharsets.UTF_8)),
                StandardCharsets.UTF_8));
    }

    @Test
    void longTextsTakeNoTime() {
        String hard = "a".repeat(200_000) + "=" + "password".repeat(20_000) + "http://".repeat(20_000) + "eyJ".repeat(20_000);
        assertTrue(masking.mask(hard).length() > 1000);
    }
}
