package io.ngrokd.kernel.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ProcessFactsTest {

    @Test
    void variablesThatNobodyHereLooksAtAreNamedAndNotShown() {
        JsonNode shown = Variables.shown(Map.of("PATH", "/bin", "AWS_SECRET_ACCESS_KEY", "hidden", "DATABASE_URL", "postgres://a:hidden@db",
                "LC_ALL", "C",
                "EMPTY", ""));
        assertEquals("/bin", shown.path("PATH").asText());
        assertEquals("C", shown.path("LC_ALL").asText());
        assertEquals("", shown.path("EMPTY").asText("none"));
        assertEquals("(set, not shown)", shown.path("DATABASE_URL").asText());
        assertFalse(shown.toString().contains("hidden"));
    }

    @Test
    void oursAreShownWithoutSecrets() {
        JsonNode shown = Variables.shown(Map.of("NGROK_API_KEY", "hidden", "NGROKD_API_KEY", "hidden", "NGROK_API_KEY_FILE", "/run/key",
                "NGROKD_SERVER_LOG_LEVEL", "debug", "NGROKD_PROXY_URL", "user:hidden@proxy:3128", "https_proxy",
                        "http://user:hid@den@proxy:1",
                "NO_PROXY", "localhost", "NGROKD_SERVER_CLIENT_KEY", "/etc/ngrokd/tls.key", "NGROKD_JAVA_OPTS",
                "-Xmx1g -Djavax.net.ssl.trustStorePassword=hidden -Dio.netty.leakDetection.level=paranoid -Dngrokd.secret=hidden"));
        assertFalse(shown.toString().contains("hid"), shown::toString);
        assertEquals("/run/key", shown.path("NGROK_API_KEY_FILE").asText());
        assertEquals("debug", shown.path("NGROKD_SERVER_LOG_LEVEL").asText());
        assertEquals("***@proxy:3128", shown.path("NGROKD_PROXY_URL").asText());
        assertEquals("http://***@proxy:1", shown.path("https_proxy").asText());
        assertEquals("/etc/ngrokd/tls.key", shown.path("NGROKD_SERVER_CLIENT_KEY").asText());
        assertEquals("-Xmx1g -Djavax.net.ssl.trustStorePassword=*** -Dio.netty.leakDetection.level=paranoid -Dngrokd.secret=***",
                shown.path("NGROKD_JAVA_OPTS").asText());
    }

    @Test
    void optionsThatMayHoldAnythingAreCut() {
        assertEquals(List.of("-javaagent:/x.jar=***", "-XX:+UseSerialGC", "-Xlog:gc=debug", "***"),
                Variables.options(List.of("-javaagent:/x.jar=key=hidden", "-XX:+UseSerialGC", "-Xlog:gc=debug", "hidden")));
    }

    @Test
    void virtualThreadsAreInTheDump() throws IOException, InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        Thread virtual = Thread.ofVirtual().name("a-virtual-one").start(() -> {
            try {
                end.await();
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            String dump = ThisProcess.threads();
            assertTrue(dump.contains("a-virtual-one"), dump);
            assertTrue(dump.contains("virtualThreadsAreInTheDump"), "the platform threads too");
        } finally {
            end.countDown();
            virtual.join();
        }
    }

    @Test
    void theNumbersAreThere() {
        JsonNode numbers = ThisProcess.numbers();
        assertTrue(numbers.path("heap").path("used").asLong() > 0 && !numbers.path("collectors").isEmpty() && numbers.path("buffers")
                .size() > 2,
                numbers::toString);
        assertEquals(ProcessHandle.current().pid(), numbers.path("pid").asLong());
        assertEquals(System.getProperty("java.version"), ThisProcess.versions().path("java_version").asText());
    }
}
