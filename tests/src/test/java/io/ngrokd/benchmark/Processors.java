package io.ngrokd.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who keeps the processors busy between two moments. */
final class Processors {

    private static final double TICKS = 100;

    private final Map<String, Program> programs;
    private final Map<String, Double> before;
    private final long begin;

    private Processors(Map<String, Program> programs) throws IOException {
        this.programs = programs;
        this.before = read();
        this.begin = System.nanoTime();
    }

    static Processors watch(Program forwarder, Program cloud, Program load) throws IOException {
        Map<String, Program> programs = new LinkedHashMap<>();
        programs.put("forwarder", forwarder);
        programs.put("cloud", cloud);
        programs.put("load", load);
        return new Processors(programs);
    }

    /** Processors kept busy since then, by process; {@code others} is the rest of the machine, {@code stolen} its host's. */
    Map<String, Double> busy() throws IOException {
        double seconds = (System.nanoTime() - begin) / 1e9;
        Map<String, Double> busy = read();
        busy.replaceAll((name, value) -> (value - before.get(name)) / seconds);
        programs.keySet().forEach(name -> busy.merge("others", -busy.get(name), Double::sum));
        return busy;
    }

    private Map<String, Double> read() throws IOException {
        Map<String, Double> seconds = new LinkedHashMap<>();
        for (Map.Entry<String, Program> program : programs.entrySet()) {
            seconds.put(program.getKey(), program.getValue().processorSeconds());
        }
        // cpu user nice system idle iowait irq softirq steal
        String[] all = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +");
        double busy = 0;
        for (int field : new int[] {1, 2, 3, 6, 7}) {
            busy += Long.parseLong(all[field]) / TICKS;
        }
        seconds.put("others", busy);
        seconds.put("stolen", Long.parseLong(all[8]) / TICKS);
        return seconds;
    }
}
