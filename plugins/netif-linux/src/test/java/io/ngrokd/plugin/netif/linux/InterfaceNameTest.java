package io.ngrokd.plugin.netif.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterfaceNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"ngrokd0", "a", "fifteen-letters", "with.dot", "ünï"})
    void takes(String name) {
        assertEquals(Optional.empty(), InterfaceName.problem(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sixteen-letters!", "a/b", "a b", "a:1", "ngrokd%d", ".", "..", "a\nb", "üüüüüüüü"})
    void refusesAndSaysWhichSettingToChange(String name) {
        assertTrue(InterfaceName.problem(name).orElseThrow().contains("net.interface_name"));
    }
}
