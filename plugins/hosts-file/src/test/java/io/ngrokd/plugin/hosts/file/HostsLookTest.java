package io.ngrokd.plugin.hosts.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.spi.Finding;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody who looks a name up would find in the file. */
class HostsLookTest {

    @TempDir
    private Path folder;

    private Finding look(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("hosts"), content);
        return HostsLook.of(file, "api.demo", InetAddress.ofLiteral("10.107.0.2"));
    }

    @Test
    void ourLine() throws IOException {
        Finding finding = look("127.0.0.1 localhost\n# BEGIN\n10.107.0.2\tapi.demo\n");
        assertTrue(finding.good(), finding::toString);
        assertTrue(finding.saw().endsWith("says 10.107.0.2 in line 3"), finding::saw);
        assertTrue(look("10.107.0.2 other API.demo # comment").good(), "aliases, capitals and comments are as good");
    }

    @Test
    void noLine() throws IOException {
        for (String content : new String[] {"", "# 10.107.0.2 api.demo\n", "10.107.0.2 api.demo.org\n", "api.demo 10.107.0.2\n"}) {
            Finding finding = look(content);
            assertTrue(!finding.good() && finding.saw().endsWith("has no line for api.demo"), finding::toString);
            assertTrue(finding.mend().contains("puts it back"), finding::mend);
        }
    }

    @Test
    void somebodyElsesLineAboveOurs() throws IOException {
        Finding finding = look("192.0.2.1 api.demo\n10.107.0.2\tapi.demo\n");
        assertTrue(!finding.good() && finding.saw().contains("leads api.demo to 192.0.2.1 in line 1, not to 10.107.0.2"), finding::toString);
        assertTrue(finding.mend().contains("The first line wins"), finding::mend);
        assertTrue(look("10.107.0.2\tapi.demo\n192.0.2.1 api.demo\n").good());
    }

    @Test
    void noFile() {
        Finding finding = HostsLook.of(folder.resolve("none"), "api.demo", InetAddress.ofLiteral("10.107.0.2"));
        assertEquals("there is no file " + folder.resolve("none"), finding.saw());
    }
}
