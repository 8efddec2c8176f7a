package io.ngrokd.cloud.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamesTest {

    @TempDir
    Path folder;

    @Test
    void aCommentMayBeInAnyEncoding() throws IOException {
        Path hosts = folder.resolve("hosts");
        Files.write(hosts, "127.0.0.1 caf\u00e9 local # \u00ff\n".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(Optional.of("127.0.0.1"), Names.inHostsFile(hosts, "local"));
        assertFalse(Names.hasManagedSection(hosts));
        Files.write(hosts, "# \u00ff\n# BEGIN ngrokd managed section\n".getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(Names.hasManagedSection(hosts));
    }
}
