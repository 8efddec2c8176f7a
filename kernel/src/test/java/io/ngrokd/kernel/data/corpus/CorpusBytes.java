package io.ngrokd.kernel.data.corpus;

import java.util.ArrayList;
import java.util.List;

/** The bytes of all files, and of their valid twins: seeds for fuzzing. */
public final class CorpusBytes {

    private CorpusBytes() {}

    public static List<byte[]> http() {
        List<byte[]> all = new ArrayList<>();
        for (CorpusFile file : CorpusFile.all("http", ".http")) {
            all.add(HttpNotation.read(file.chosen()).bytes());
            all.add(HttpNotation.read(file.twin()).bytes());
        }
        return all;
    }

    public static List<byte[]> hello() {
        List<byte[]> all = new ArrayList<>();
        for (CorpusFile file : CorpusFile.all("hello", ".hello")) {
            all.add(HelloNotation.read(file.chosen()));
            all.add(HelloNotation.read(file.twin()));
        }
        return all;
    }
}
