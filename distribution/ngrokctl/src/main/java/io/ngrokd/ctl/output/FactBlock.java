package io.ngrokd.ctl.output;

import java.util.ArrayList;
import java.util.List;

/** Facts one below the other: the name on the left, what there is to say of it on the right, wrapped. */
public final class FactBlock {

    private static final int GAP = 2;

    private record Fact(String name, String text, Paint paint) {
    }

    private final Terminal terminal;
    private final List<Fact> facts = new ArrayList<>();

    public FactBlock(Terminal terminal) {
        this.terminal = terminal;
    }

    public void add(String name, String text) {
        add(name, text, Paint.PLAIN);
    }

    public void add(String name, String text, Paint paint) {
        facts.add(new Fact(name, Prose.clean(text), paint));
    }

    /** A further line of the fact above. */
    public void more(String text, Paint paint) {
        add("", text, paint);
    }

    public List<String> lines() {
        int left = facts.stream().mapToInt(fact -> fact.name().length()).max().orElse(0) + GAP;
        int right = Math.max(20, terminal.proseWidth() - left);
        List<String> lines = new ArrayList<>();
        for (Fact fact : facts) {
            String name = fact.name();
            for (String part : Prose.wrap(fact.text(), right)) {
                String padding = " ".repeat(left - name.length());
                lines.add(Paint.FAINT.on(terminal, name) + padding + fact.paint().on(terminal, part));
                name = "";
            }
        }
        return lines;
    }
}
