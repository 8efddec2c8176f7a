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

    private final Lab lab;
    private final Options options;

    Measuring(Lab lab, Options options) {
        this.lab = lab;
        this.options = options;
    }

    /** Until nothing gets faster, so that what Java compiles last is compiled; says how it went. */
    String warmUp(Row row, Contender contender) throws IOException, InterruptedException {
        if (row.isMemory()) {
            return "none";
        }
        if (row.isDistant()) {
            load(row, contender, 3, 0);
            return "3 connections";
        }
        List<Double> values = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(options.warmUp);
        while (System.nanoTime() < end && !Statistics.isSteady(values, row.goal().higherIsBetter())) {
            values.add(load(row, contender, row.connections(), SLICE_MILLIS));
        }
        return values.size() + " s, from " + Table.number(values.getFirst()) + " to " + Table.number(values.getLast()) + " " + row.unit();
    }

    Measurement measure(Row row, Contender contender) throws IOException, InterruptedException {
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
