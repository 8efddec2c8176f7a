package io.ngrokd.kit.system;

import io.ngrokd.api.event.Change;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What differs between two states of a file, line by line. Pure; 10,000 lines take milliseconds. */
public final class LineDiff {

    private LineDiff() {}

    /**
     * The lines that go, then those that come, each in the order of its file. A line that only moves is none of either.
     *
     * @param file how the file is called, for the case that no line tells the difference
     */
    public static List<Change> of(String file, String before, String after) {
        List<String> gone = lines(before);
        List<String> come = lines(after);
        Map<String, Integer> surplus = new HashMap<>();
        come.forEach(line -> surplus.merge(line, -1, Integer::sum));
        gone.forEach(line -> surplus.merge(line, 1, Integer::sum));
        List<Change> changes = new ArrayList<>();
        take(gone.reversed(), surplus, 1, Change::remove, changes);
        Collections.reverse(changes);
        List<Change> added = new ArrayList<>();
        take(come.reversed(), surplus, -1, Change::add, added);
        changes.addAll(added.reversed());
        if (changes.isEmpty() && !before.equals(after)) {
            changes.add(Change.change(Change.FILE_LINE, file + ": the order of lines, or their ends"));
        }
        return changes;
    }

    private interface Maker {
        Change make(String kind, String line);
    }

    private static void take(List<String> lines, Map<String, Integer> surplus, int sign, Maker maker, List<Change> changes) {
        UnaryOperator<String> shown = line -> line.replaceAll("[\\p{Cntrl}&&[^\t]]", "?");
        for (String line : lines) {
            if (surplus.get(line) * sign > 0) {
                surplus.merge(line, -sign, Integer::sum);
                changes.add(maker.make(Change.FILE_LINE, shown.apply(line)));
            }
        }
    }

    private static List<String> lines(String text) {
        return text.lines().toList();
    }
}
