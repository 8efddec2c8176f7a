package io.ngrokd.plugin.hosts.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.plugin.hosts.file.ManagedSection.Edited;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In the examples {@code B} and {@code E} stand for the markers, {@code ~} for a line feed, {@code ^} for a carriage return. */
class ManagedSectionTest {

    private static final List<String> ONE = List.of("10.0.0.1\tone");
    private static final List<String> TWO = List.of("10.0.0.1\tone", "10.0.0.2\ttwo");

    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', value = {
        "''                             , B~10.0.0.1_one~E~",
        "abc~                           , abc~B~10.0.0.1_one~E~",
        "abc                            , abc~B~10.0.0.1_one~E~",
        "abc^~                          , abc^~B^~10.0.0.1_one^~E^~",
        "abc^~def                       , abc^~def^~B^~10.0.0.1_one^~E^~",
        "abc~def^~                      , abc~def^~B~10.0.0.1_one~E~",
        "abc^                           , abc^~B~10.0.0.1_one~E~",
        "a~B~1.1.1.1_x~E~c~             , a~B~10.0.0.1_one~E~c~",
        "a~B~E~c                        , a~B~10.0.0.1_one~E~c",
        "B ~1.1.1.1_x ~E _^~c~          , B~10.0.0.1_one~E~c~",
        "B^~1.1.1.1_x^~E^~c^~           , B^~10.0.0.1_one^~E^~c^~",
        "a~B~1.1.1.1_x~E                , a~B~10.0.0.1_one~E~",
        // Notes inside the section stay, behind it; entries around them are ours because END says so.
        "B~1.1.1.1_x~#n~2.2.2.2_y~E~c~  , B~10.0.0.1_one~E~#n~c~",
        // END is lost: only the entries right behind BEGIN are ours.
        "B~1.1.1.1_x~::1_y~z~2.2.2.2_y~ , B~10.0.0.1_one~E~z~2.2.2.2_y~",
        "B~1.1.1.1 x~2.2.2.2_y~         , B~10.0.0.1_one~E~1.1.1.1 x~2.2.2.2_y~",
        "B~1.1.1.1_x~z~2.2.2.2_y~B~3.3.3.3_z~E~, B~10.0.0.1_one~E~z~2.2.2.2_y~",
        // Several become the first.
        "a~B~1.1.1.1_x~E~c~B~1.1.1.1_y~E~d~, a~B~10.0.0.1_one~E~c~d~",
        "B~B~1.1.1.1_x~E~               , B~10.0.0.1_one~E~",
        // BEGIN is lost: nothing tells whose the lines are.
        "1.1.1.1_x~E~c~                 , 1.1.1.1_x~E~c~B~10.0.0.1_one~E~",
        "B~E~E~                         , B~10.0.0.1_one~E~E~",
        // No marker of ours.
        "' B~'                          , ' B~B~10.0.0.1_one~E~'",
        "xB~                            , xB~B~10.0.0.1_one~E~",
        "Bx~E~                          , Bx~E~B~10.0.0.1_one~E~"
    })
    void writes(String before, String after) {
        byte[] content = bytes(before);
        Edited written = ManagedSection.write(new Edited(content, 0), ONE);
        assertEquals(after, text(written.content()));
        assertArrayEquals(written.content(), ManagedSection.write(written, ONE).content(), "repeated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "abc~", "abc^~", "abc^~def", "abc^", "^", "~", "^~", "~~", "abc~ ", "#E", "1.1.1.1_x"})
    void removingItGivesTheOldBytesBack(String before) {
        Edited edited = new Edited(bytes(before), 0);
        edited = ManagedSection.write(edited, ONE);
        edited = ManagedSection.write(edited, TWO);
        edited = ManagedSection.write(edited, List.of());
        assertEquals(new Edited(edited.content(), 0), edited);
        assertEquals(before, text(edited.content()));
    }

    @Test
    void theLineEndBeforeTheSectionStaysWhenSomethingWasAppended() {
        Edited edited = ManagedSection.write(new Edited(bytes("abc"), 0), ONE);
        byte[] appended = bytes(text(edited.content()) + "def~");
        assertEquals("abc~def~", text(ManagedSection.write(new Edited(appended, 1), List.of()).content()));
    }

    @Test
    void aRememberedLineEndThatIsGoneIsNotTakenFromAnybody() {
        assertEquals("abc~", text(ManagedSection.write(new Edited(bytes("abc~"), 1), List.of()).content()));
        assertEquals("abc~", text(ManagedSection.write(new Edited(bytes("abc~B~E~"), 2), List.of()).content()));
        assertEquals("", text(ManagedSection.write(new Edited(bytes("B~E~"), 1), List.of()).content()));
    }

    /** Builds files out of foreign pieces and ours; the model knows which are which, and the result must agree. */
    @Test
    void foreignBytesSurviveInRandomFiles() {
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            RandomHostsFile file = RandomHostsFile.make(random);
            Edited first = ManagedSection.write(new Edited(file.content(), 0), ONE);
            Edited second = ManagedSection.write(first, random.nextBoolean() ? TWO : ONE);
            Edited third = ManagedSection.write(second, ONE);
            Edited removed = ManagedSection.write(third, List.of());
            String story = "seed " + seed + ": " + text(file.content());
            assertArrayEquals(file.foreign(), removed.content(), story);
            assertArrayEquals(first.content(), third.content(), story);
            assertArrayEquals(removed.content(), ManagedSection.write(removed, List.of()).content(), story);
            int added = first.content().length - first.ownLineEnd() - file.foreign().length;
            assertTrue(added == bytes("B~10.0.0.1_one~E~").length || added == bytes("B^~10.0.0.1_one^~E^~").length, story);
        }
    }

    /** Bytes and markers in any order, with no idea what belongs to whom: twice is once, and nothing unmarked is lost. */
    @Test
    void anyBytesAreHandledTheSameTwice() {
        String[] pieces = {"B", "E", "~", "~", "^~", "1.1.1.1_x", "::2_y", "#", " ", "_", "\0", "\u00ff", "\u00ef\u00bb\u00bf", " c"};
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int count = random.nextInt(30); count > 0; count--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            byte[] content = bytes(text.toString());
            Edited once = ManagedSection.write(new Edited(content, 0), TWO);
            assertArrayEquals(once.content(), ManagedSection.write(once, TWO).content(), "seed " + seed);
            Edited removed = ManagedSection.write(once, List.of());
            assertArrayEquals(ManagedSection.write(new Edited(content, 0), List.of()).content(), removed.content(), "seed " + seed);
            assertEquals(foreignLetters(text.toString()), foreignLetters(text(removed.content())), "seed " + seed);
        }
    }

    @Test
    void largeFilesAndLongLinesAreNoTrouble() {
        ByteArrayOutputStream large = new ByteArrayOutputStream();
        IntStream.range(0, 400_000).forEach(number -> large.writeBytes(bytes("0.0.0.0_blocked-" + number + ".example~")));
        large.writeBytes("x".repeat(1 << 20).getBytes(StandardCharsets.ISO_8859_1));
        large.writeBytes(bytes("~" + " ".repeat(1 << 20) + "~B~1.1.1.1_x~"));
        large.writeBytes(" ".repeat(1 << 20).getBytes(StandardCharsets.ISO_8859_1));
        byte[] content = large.toByteArray();
        assertTimeout(Duration.ofSeconds(60), () -> {
            Edited written = ManagedSection.write(new Edited(content, 0), TWO);
            Edited removed = ManagedSection.write(written, List.of());
            byte[] foreign = new byte[content.length - bytes("B~1.1.1.1_x~").length];
            int begin = content.length - (1 << 20) - bytes("B~1.1.1.1_x~").length;
            System.arraycopy(content, 0, foreign, 0, begin);
            System.arraycopy(content, content.length - (1 << 20), foreign, begin, 1 << 20);
            assertArrayEquals(foreign, removed.content());
        });
    }

    @Test
    void aHalfSectionRepeatedTenThousandTimesTakesLinearTime() {
        byte[] content = bytes("B~1.1.1.1_x~note~2.2.2.2_y~".repeat(50_000));
        assertTimeout(Duration.ofSeconds(60), () -> {
            Edited removed = ManagedSection.write(new Edited(content, 0), List.of());
            assertArrayEquals(bytes("note~2.2.2.2_y~".repeat(50_000)), removed.content());
        });
    }

    /** What no marker, entry or line end is made of. */
    private static String foreignLetters(String text) {
        return text.replaceAll("[^c\0\u00ff\u00ef\u00bb\u00bf]", "");
    }

    static byte[] bytes(String text) {
        return text.replace("B", ManagedLine.BEGIN_TEXT).replaceAll("E(?!GIN)", ManagedLine.END_TEXT)
                .replace('~', '\n').replace('^', '\r').replace('_', '\t')
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] content) {
        return new String(content, StandardCharsets.ISO_8859_1)
                .replace(ManagedLine.BEGIN_TEXT, "B").replace(ManagedLine.END_TEXT, "E")
                .replace('\n', '~').replace('\r', '^').replace('\t', '_');
    }
}
