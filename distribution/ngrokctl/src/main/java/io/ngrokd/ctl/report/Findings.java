package io.ngrokd.ctl.report;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What was found for a report, in order, and what could not be had and why. Not yet freed of secrets. */
public final class Findings {

    /**
     * A file of the report.
     *
     * @param name of the file
     * @param what it is, in a line
     */
    public record Item(String name, String what, byte[] content) {}

    /**
     * Something that is not in it.
     *
     * @param name of the file that it would be, or in which it is missing
     */
    public record Gap(String name, String reason) {}

    private final List<Item> items = new ArrayList<>();
    private final List<Gap> gaps = new ArrayList<>();

    /** Adds a file. */
    public void add(String name, String what, String text) {
        add(name, what, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a file; what ends with {@code .json} is JSON. */
    public void add(String name, String what, byte[] content) {
        items.add(new Item(name, what, content));
    }

    /** Notes that something could not be had. */
    public void missing(String name, String reason) {
        gaps.add(new Gap(name, reason));
    }

    /** The content of the file of that name. */
    public Optional<byte[]> text(String name) {
        return items.stream().filter(item -> item.name().equals(name)).findFirst().map(Item::content);
    }

    /** Whether there is a file of that name. */
    public boolean has(String name) {
        return items.stream().anyMatch(item -> item.name().equals(name));
    }

    /** How many files there are. */
    public int size() {
        return items.size();
    }

    List<Item> items() {
        return items;
    }

    List<Gap> gaps() {
        return gaps;
    }
}
