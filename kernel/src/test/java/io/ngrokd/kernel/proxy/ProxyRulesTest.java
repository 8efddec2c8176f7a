package io.ngrokd.kernel.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.kernel.proxy.ProxyServer.Credentials;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyRulesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                          | api.ngrok.com  | 443  | false
            *                           | api.ngrok.com  | 443  | true
            ngrok.com                   | api.ngrok.com  | 443  | true
            ngrok.com                   | ngrok.com      | 443  | true
            ngrok.com                   | notngrok.com   | 443  | false
            .ngrok.com                  | api.ngrok.com  | 443  | true
            .ngrok.com                  | ngrok.com      | 443  | false
            *.ngrok.com                 | api.ngrok.com  | 443  | true
            NGROK.com                   | API.Ngrok.COM. | 443  | true
            api.ngrok.com:8443          | api.ngrok.com  | 443  | false
            api.ngrok.com:8443          | api.ngrok.com  | 8443 | true
            10.0.0.0/8                  | 10.1.2.3       | 443  | true
            10.0.0.0/9                  | 10.128.0.1     | 443  | false
            10.0.0.0/8                  | ten.test       | 443  | false
            0.0.0.0/0                   | 8.8.8.8        | 443  | true
            0.0.0.0/0                   | 2001:db8::1    | 443  | false
            10.1.2.3                    | 10.1.2.3       | 443  | true
            10.1.2.3:80                 | 10.1.2.3       | 443  | false
            2001:db8::/32               | 2001:db8::1    | 443  | true
            2001:db8::1                 | [2001:0db8::1] | 443  | true
            [2001:db8::1]:443           | 2001:db8::1    | 443  | true
            'a.test, b.test c.test'     | x.c.test       | 443  | true
            ''                          | localhost      | 443  | true
            ''                          | a.localhost    | 443  | true
            ''                          | 127.9.9.9      | 443  | true
            ''                          | ::1            | 443  | true
            """)
    void exceptionsAreReadAsEverywhere(String noProxy, String host, int port, boolean direct) {
        ProxyServer proxy = ProxyServer.parse("http://proxy.test:3128", "proxy.url");
        ProxyRules rules = new ProxyRules(Optional.of(proxy), NoProxy.parse(noProxy));
        assertEquals(direct ? Optional.empty() : Optional.of(proxy), rules.towards(host, port));
        assertEquals(Optional.empty(), ProxyRules.DIRECT.towards(host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/x", "ten/8", "::/129"})
    void aRangeThatIsNoneIsRefused(String entry) {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new NoProxy(List.of(entry))).getMessage().contains(entry));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            http://proxy.test:3128              | proxy.test  | 3128
            proxy.test:3128                     | proxy.test  | 3128
            HTTP://proxy.test/                  | proxy.test  | 80
            http://[2001:db8::1]:8080           | 2001:db8::1 | 8080
            http://10.0.0.1:8080                | 10.0.0.1    | 8080
            """)
    void urlsAreRead(String url, String host, int port) {
        assertEquals(new ProxyServer(host, port, Optional.empty(), "here"), ProxyServer.parse(url, "here"));
    }

    @Test
    void userAndPasswordAreDecodedAndNeverShown() {
        ProxyServer proxy = ProxyServer.parse("http://ali:op%40n+se%3Asame@proxy.test:3128", "HTTPS_PROXY");
        assertEquals(Optional.of(new Credentials("ali", "op@n+se:same")), proxy.credentials());
        assertEquals("http://***@proxy.test:3128 (HTTPS_PROXY)", proxy.toString());
        assertFalse(new ProxyRules(Optional.of(proxy), NoProxy.NONE).toString().contains("same"));
        assertFalse((proxy.credentials() + "").contains("ali"));
        assertEquals(Optional.of(new Credentials("token", "")), ProxyServer.parse("http://token@proxy.test", "here").credentials());
    }

    @ParameterizedTest
    @ValueSource(strings = {"socks5://ali:hidden@proxy.test:1080", "https://ali:hidden@proxy.test", "http://ali:hid den@proxy.test", "http://ali:hidden@",
        "http://ali:hidden@proxy.test:99999", "http://ali:hidden@proxy.test:0", "http://ali:hidden@proxy.test/path", "http://ali:hid%zzden@proxy.test",
        "http://ali:hidden@bad_name:1"})
    void whatCannotBeUsedIsRefusedWithoutShowingIt(String url) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> ProxyServer.parse(url, "here"));
        assertTrue(refused.getMessage().contains("expected http://HOST:PORT"), refused.getMessage());
        for (Throwable link = refused; link != null; link = link.getCause()) {
            assertFalse(link.toString().contains("hid"), link.toString());
        }
    }
}
