package io.ngrokd.kernel.data.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One file of the corpus.
 *
 * @param name without its ending
 * @param verdict what must become of the bytes
 * @param why with the place in the RFC
 * @param text what describes the bytes, with its choices still in it
 * @param forwarded what describes the bytes that go further when they differ from those that were sent and are fine
 */
record CorpusFile(String name, String verdict, String why, String text, Optional<String> forwarded) {

    /** {@code {{bad|good}}}; a bar with a backslash before it is none. */
    private static final Pattern CHOICE = Pattern.compile("\\{\\{((?:[^\\\\|]|\\\\.)*?)\\|((?:[^\\\\|]|\\\\.)*?)}}", Pattern.DOTALL);

    private static final Pattern FILE = Pattern.compile("# verdict: (.+)\n# why: ((?:.+\n)(?:#      .+\n)*)", Pattern.MULTILINE);

    private static final String FORWARDED = "\n# forwarded:\n";

    /** All of a folder beside this class, by name. */
    static List<CorpusFile> all(String folder, String ending) {
        try (Stream<Path> files = Files.list(Path.of(CorpusFile.class.getResource(folder).toURI()))) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().map(file -> read(file, ending)).toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static CorpusFile read(Path file, String ending) {
        try {
            String all = Files.readString(file, StandardCharsets.US_ASCII);
            Matcher start = FILE.matcher(all);
            if (!start.lookingAt()) {
                throw new IllegalArgumentException(file + " does not begin with the lines '# verdict: ...' and '# why: ...'");
            }
            String text = all.substring(start.end());
            int second = text.indexOf(FORWARDED);
            return new CorpusFile(file.getFileName().toString().replace(ending, ""), start.group(1),
                    start.group(2).replaceAll("\n#? *", " ").strip(), second < 0 ? text : text.substring(0, second),
                    second < 0 ? Optional.empty() : Optional.of(text.substring(second + FORWARDED.length())));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Whether it marks what is wrong with it, so that there is a valid twin. */
    boolean hasTwin() {
        return CHOICE.matcher(text).find();
    }

    /** The description of what is meant to be sent. */
    String chosen() {
        return CHOICE.matcher(text).replaceAll(choice -> Matcher.quoteReplacement(choice.group(1)));
    }

    /** The same without what is wrong with it. */
    String twin() {
        return CHOICE.matcher(text).replaceAll(choice -> Matcher.quoteReplacement(choice.group(2)));
    }

    @Override
    public String toString() {
        return name + " (" + verdict + ")";
    }
}
