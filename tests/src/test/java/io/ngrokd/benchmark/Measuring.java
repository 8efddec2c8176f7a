package io.ngrokd.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One contender, one row: warm-up and runs. */
final class Measuring {

    private static final long SLICE_MILLIS = 1_000;
    private static final long SETTLE_MILLIS = 300;
    /** Until a fresh process and its far end have nothing left to do. */
    private static final long CALM_MILLIS = 3_000;
    private static final double ROUND_TRIP_MILLIS = 50;
    private static final int DISTANT_WARM_UP_CONNECTIONS = 64;
    private static final long DISTANT_WARM_UP_MILLIS = 8_000;
    /** Java compiles in steps: three seconds without a gain come before the last of them. */
    private static final int STEADY_SLICES = 8;
    /** Of a processor: as much as a run may lose to the rest of the machine. */
    private static final double DISTURBING = 0.2;

    private final Lab lab;
    private final Options options;
    private long quietLeft;

    Measuring(Lab lab, Options options) {
        this.lab = lab;
        this.options = options;
    }

    /** Until nothing gets faster, so that what Java compiles last is compiled; says how it went. */
    String warmUp(Row row, Contender contender) throws IOException, InterruptedException {
        quietLeft = TimeUnit.SECONDS.toNanos(options.quiet);
        if (row.isMemory()) {
            return "none";
        }
        if (row.isDistant()) {
            // Its daemon is a fresh process, and a few connections would measure Java's interpreter.
            String many = row.place() == Row.Place.WEB ? "http-connections" : "tcp-connections";
            lab.load().run(many, Configurations.address(contender, row.place()), DISTANT_WARM_UP_CONNECTIONS, DISTANT_WARM_UP_MILLIS);
            load(row, contender, 3, 0);
            return DISTANT_WARM_UP_MILLIS / 1000 + " s, " + DISTANT_WARM_UP_CONNECTIONS + " connections at a time";
        }
        List<Double> values = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(options.warmUp);
        while (System.nanoTime() < end && !Statistics.isSteady(values, STEADY_SLICES, row.goal().higherIsBetter())) {
            values.add(load(row, contender, row.connections(), SLICE_MILLIS));
        }
        return values.size() + " s, from " + Table.number(values.getFirst()) + " to " + Table.number(values.getLast()) + " " + row.unit();
    }

    /**
     * A run while the rest of the machine was quiet; when the row has waited {@code --quiet} seconds for that, a run as it
     * comes. What disturbed it is part of the measurement.
     */
    Measurement undisturbed(Row row, Contender contender) throws IOException, InterruptedException {
        while (true) {
            while (quietLeft > 0 && othersFor(SLICE_MILLIS / 2) > DISTURBING) {
                quietLeft -= TimeUnit.MILLISECONDS.toNanos(SLICE_MILLIS / 2);
            }
            long begin = System.nanoTime();
            Measurement measurement = measure(row, contender);
            if (quietLeft <= 0 || measurement.processors().get("others") <= DISTURBING) {
                return measurement;
            }
            quietLeft -= System.nanoTime() - begin;
        }
    }

    private double othersFor(long millis) throws IOException, InterruptedException {
        Processors processors = Processors.watch(lab.forwarder(Contender.NGROKD), lab.cloud(), lab.load().program());
        Thread.sleep(millis);
        return processors.busy().get("others");
    }

    private Measurement measure(Row row, Contender contender) throws IOException, InterruptedException {
        if (row.isMemory()) {
            return memory(row, contender);
        }
        Thread.sleep(SETTLE_MILLIS);
        Processors processors = Processors.watch(lab.forwarder(contender), lab.cloud(), lab.load().program());
        double value = load(row, contender, row.connections(), TimeUnit.SECONDS.toMillis(options.seconds));
        return new Measurement(row.isDistant() ? value / ROUND_TRIP_MILLIS : value, processors.busy(), Map.of());
    }

    private Measurement memory(Row row, Contender contender) throws IOException, InterruptedException {
        lab.restart(contender);
        Thread.sleep(CALM_MILLIS);
        Program forwarder = lab.forwarder(contender);
        double idle = forwarder.memory("Rss");
        double idleShared = forwarder.memory("Pss");
        Processors processors = Processors.watch(forwarder, lab.cloud(), lab.load().program());
        load(row, contender, row.connections(), 0);
        Thread.sleep(CALM_MILLIS);
        double held = forwarder.memory("Rss");
        double heldShared = forwarder.memory("Pss");
        lab.load().run("release", Configurations.address(contender, row.place()), 0, 0);
        return new Measurement(held - idle, processors.busy(), Map.of("idle_rss", idle, "rss", held, "pss_growth", heldShared - idleShared));
    }

    private double load(Row row, Contender contender, int connections, long millis) throws IOException, InterruptedException {
        return lab.load().run(row.load(), Configurations.address(contender, row.place()), connections, millis);
    }
}
