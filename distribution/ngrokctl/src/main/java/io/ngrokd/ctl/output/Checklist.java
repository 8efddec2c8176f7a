package io.ngrokd.ctl.output;

import java.util.ArrayList;
import java.util.List;

/** Things that were looked at, a line each: a mark, the name, what was seen, and below what to do. */
public final class Checklist {

    private static final int GAP = 2;

    /** What became of it. */
    public enum Mark {
        GOOD("\u2713", "+", Paint.GOOD),
        DOUBTFUL("!", "!", Paint.DOUBTFUL),
        BAD("\u2717", "x", Paint.BAD),
        NONE("\u00b7", "-", Paint.FAINT);

        private final String sign;
        private final String ascii;
        private final Paint paint;

        Mark(String sign, String ascii, Paint paint) {
            this.sign = sign;
            this.ascii = ascii;
            this.paint = paint;
        }
    }

    private record Item(Mark mark, String name, String text, List<String> mends) {}

    private final Terminal terminal;
    private final List<Item> items = new ArrayList<>();

    public Checklist(Terminal terminal) {
        this.terminal = terminal;
    }

    /** @param mend what to do about it, a line for each thing; empty when there is nothing to do */
    public void add(Mark mark, String name, String text, String mend) {
        items.add(new Item(mark, Prose.clean(name), Prose.clean(text), mend.lines().map(Prose::clean).filter(line -> !line.isEmpty()).toList()));
    }

    public List<String> lines() {
        int left = 2 + items.stream().mapToInt(item -> item.name().length()).max().orElse(0) + GAP;
        int right = Math.max(20, terminal.proseWidth() - left);
        String arrow = terminal.unicode() ? "\u2192 " : "> ";
        List<String> lines = new ArrayList<>();
        for (Item item : items) {
            Paint words = item.mark() == Mark.GOOD ? Paint.PLAIN : item.mark().paint;
            String start = item.mark().paint.on(terminal, terminal.unicode() ? item.mark().sign : item.mark().ascii) + " "
                    + (item.mark() == Mark.NONE ? Paint.FAINT : Paint.PLAIN).on(terminal, item.name()) + " ".repeat(left - 2 - item.name().length());
            for (String part : Prose.wrap(item.text(), right)) {
                lines.add((start + words.on(terminal, part)).stripTrailing());
                start = " ".repeat(left);
            }
            for (String mend : item.mends()) {
                String sign = arrow;
                for (String part : Prose.wrap(mend, right - arrow.length())) {
                    lines.add(" ".repeat(left) + sign + part);
                    sign = " ".repeat(arrow.length());
                }
            }
        }
        return lines;
    }

    /** A closing line in the colour of a mark. */
    public String closing(Mark mark, String text) {
        return mark.paint.on(terminal, Prose.clean(text));
    }
}
