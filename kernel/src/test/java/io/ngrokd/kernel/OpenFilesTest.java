package io.ngrokd.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenFilesTest {

    @ParameterizedTest
    @CsvSource({"1024, 384", "20000, 7500", "524288, 196608", "256, 16", "0, 16", "9223372036854775807, 1000000", "-1, 0"})
    void aQuarterOfTheFilesIsKeptBack(long limit, int connections) {
        assertEquals(connections, OpenFiles.connections(limit));
    }

    @Test
    void thisProcessHasRoomForSome() {
        assertTrue(OpenFiles.connections() >= 16, () -> "room for " + OpenFiles.connections());
    }
}
