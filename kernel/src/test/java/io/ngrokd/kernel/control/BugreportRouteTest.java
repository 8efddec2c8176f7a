package io.ngrokd.kernel.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ngrokd.kernel.control.ControlLab.HttpAnswer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BugreportRouteTest {

    @TempDir
    private Path folder;

    private ControlLab lab;

    @BeforeEach
    void start() throws IOException {
        lab = new ControlLab(folder).serving();
    }

    @AfterEach
    void stop() throws IOException {
        lab.close();
    }

    @Test
    void everythingIsInItAndNothingThatIsSecret() throws IOException {
        lab.log.publish(new LogLine(Instant.EPOCH, "WARN", "Library", "header Authorization: Bearer " + ControlLab.SECRET));
        HttpAnswer answer = lab.get("/v1/bugreport");
        assertEquals(200, answer.status());
        JsonNode documents = answer.json().path("documents");
        for (String name : new String[] {"status", "health", "endpoints", "events", "plugins", "config", "certificate", "logs", "versions",
            "numbers", "environment", "threads"}) {
            assertTrue(documents.has(name), () -> name + " is not in " + answer.body());
        }
        assertEquals("header Authorization: Bearer ***", documents.path("logs").path("lines").path(1).path("message").asText());
        assertFalse(answer.body().contains(ControlLab.SECRET));
        assertTrue(answer.json().path("missing").isEmpty(), answer::body);
    }

    @Test
    void whatCannotBeFoundIsNamedAndTheRestIsThere() throws IOException {
        lab.brokenThreads = true;
        JsonNode report = lab.get("/v1/bugreport").json();
        assertEquals("no room for a dump", report.path("missing").path("threads").asText());
        assertTrue(report.path("documents").has("status"));
        assertEquals(500, lab.get("/v1/threads").status());
    }

    @Test
    void otherTextsAreMaskedForWhoeverPacksThem() throws IOException {
        assertEquals("one ***\ntwo", lab.ask("POST", "/v1/bugreport/mask", "one " + ControlLab.SECRET + "\ntwo").json().path("text")
                .asText());
    }

    @Test
    void itIsNotForEverybody() throws IOException {
        assertEquals(401, lab.overTcp("GET", "/v1/bugreport", "localhost", "", "").status());
        assertEquals(401, lab.overTcp("GET", "/v1/threads", "localhost", "", "").status());
    }
}
