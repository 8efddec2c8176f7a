package io.ngrokd.kernel.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What becomes of a state file that cannot be read: it is kept under another name, never half read, never lost. */
public final class CorruptFile {

    private CorruptFile() {}

    /** Renames the file to a free {@code NAME.corrupt-N} and returns where it is now. */
    public static Path setAside(Path file) throws IOException {
        int number = 1;
        Path aside;
        do {
            aside = file.resolveSibling(file.getFileName() + ".corrupt-" + number++);
        } while (Files.exists(aside));
        return Files.move(file, aside);
    }
}
