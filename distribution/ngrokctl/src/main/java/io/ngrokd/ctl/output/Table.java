package io.ngrokd.ctl.output;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Rows under headings, fitted to the terminal's width; a row may have notes below it. */
public final class Table {

    private static final String GAP = "  ";
    private static final String NOTE_INDENT = "    ";
    private static final int NARROWEST = 8;

    /** A cell's text and its colour. */
    public record Cell(String text, Paint paint) {

        public Cell {
            text = Prose.clean(text);
        }

        public static Cell of(String text) {
            return new Cell(text, Paint.PLAIN);
        }
    }

    private record Row(List<Cell> cells, List<Cell> notes) {
    }

    private final Terminal terminal;
    private final List<String> headings;
    private final int elastic;
    private final List<Row> rows = new ArrayList<>();

    /**
     * @param elastic the index of the column whose texts are cut when the terminal is too narrow
     */
    public Table(Terminal terminal, int elastic, List<String> headings) {
        this.terminal = terminal;
        this.elastic = elastic;
        this.headings = List.copyOf(headings);
    }

    public void row(List<Cell> cells, List<Cell> notes) {
        rows.add(new Row(List.copyOf(cells), List.copyOf(notes)));
    }

    public void print(Consumer<String> lines) {
        int[] widths = widths();
        lines.accept(line(headings.stream().map(heading -> new Cell(heading, Paint.HEADING)).toList(), widths));
        for (Row row : rows) {
            lines.accept(line(row.cells(), widths));
            for (Cell note : row.notes()) {
                for (String part : Prose.wrap(note.text(), terminal.proseWidth() - NOTE_INDENT.length())) {
                    lines.accept(NOTE_INDENT + note.paint().on(terminal, part));
                }
            }
        }
    }

    private int[] widths() {
        int[] widths = new int[headings.size()];
        int total = GAP.length() * (widths.length - 1);
        for (int column = 0; column < widths.length; column++) {
            widths[column] = headings.get(column).length();
            for (Row row : rows) {
                widths[column] = Math.max(widths[column], row.cells().get(column).text().length());
            }
            total += widths[column];
        }
        if (total > terminal.width()) {
            widths[elastic] = Math.max(NARROWEST, widths[elastic] - (total - terminal.width()));
        }
        return widths;
    }

    private String line(List<Cell> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            Cell cell = cells.get(column);
            String text = Prose.shorten(cell.text(), widths[column], terminal);
            line.append(cell.paint().on(terminal, text));
            if (column < widths.length - 1) {
                line.repeat(' ', widths[column] - text.length()).append(GAP);
            }
        }
        return line.toString().stripTrailing();
    }
}
