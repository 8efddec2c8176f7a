package io.ngrokd.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutletTest {

    private static final OutputStream FULL = new OutputStream() {
        @Override
        public void write(int value) throws IOException {
            throw new IOException("No space left on device");
        }
    };

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"--json", "--timeout=9"})
    void aFullDiskIsNoFaultOfOurs(String option) throws IOException {
        try (FakeDaemon daemon = new FakeDaemon(folder).data("list", "[{\"url\":\"" + "x".repeat(1 << 17) + "\"}]")) {
            Outlet outlet = new Outlet(FULL);
            ByteArrayOutputStream errors = new ByteArrayOutputStream();
            Ngrokctl.run(new Surroundings(Map.of("NGROKD_SOCKET", daemon.path().toString()), new ByteArrayInputStream(new byte[0]),
                    outlet, errors, Run.PIPE, Optional::empty, Clock.systemUTC()), "list", option);
            assertEquals("", errors.toString());
            assertEquals("No space left on device", outlet.failure().getMessage());
        }
    }

    @Test
    void nothingToRememberWhenAllIsWell() throws IOException {
        Outlet outlet = new Outlet(new ByteArrayOutputStream());
        outlet.write('x');
        outlet.flush();
        assertNull(outlet.failure());
    }
}
