package io.ngrokd.kit.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ngrokd.api.event.Change;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineDiffTest {

    @Test
    void whatGoesAndWhatComesInTheOrderOfTheFiles() {
        assertEquals(List.of("REMOVE b", "REMOVE d", "ADD x", "ADD y"), diff("a\nb\nc\nd\n", "a\nx\nc\ny\n"));
    }

    @Test
    void nothingWhenNothingDiffers() {
        assertEquals(List.of(), diff("a\nb\n", "a\nb\n"));
        assertEquals(List.of(), diff("", ""));
    }

    @Test
    void aLineThatIsThereTwiceGoesOnce() {
        assertEquals(List.of("REMOVE a"), diff("a\na\n", "a\n"));
        assertEquals(List.of("ADD a"), diff("a\n", "a\na\n"));
    }

    @Test
    void aDifferenceThatNoLineTellsIsSaidAllTheSame() {
        assertEquals(List.of("CHANGE f: the order of lines, or their ends"), diff("a\nb\n", "b\na\n"));
        assertEquals(List.of("CHANGE f: the order of lines, or their ends"), diff("a\n", "a\r\n"));
    }

    @Test
    void whatATerminalWouldObeyIsNotShown() {
        assertEquals(List.of("ADD ?[31m"), diff("", "\u001b[31m\n"));
    }

    private static List<String> diff(String before, String after) {
        return LineDiff.of("f", before, after).stream().map(LineDiffTest::text).toList();
    }

    private static String text(Change change) {
        return change.action() + " " + change.line();
    }
}
