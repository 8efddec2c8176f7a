package io.ngrokd.benchmark;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** A row with all its runs. */
record Result(Row row, Map<Contender, List<Measurement>> runs) {

    Result {
        Map<Contender, List<Measurement>> copy = new EnumMap<>(Contender.class);
        runs.forEach((contender, measurements) -> copy.put(contender, List.copyOf(measurements)));
        runs = copy;
    }

    List<Double> values(Contender contender) {
        return runs.get(contender).stream().map(Measurement::value).toList();
    }

    double median(Contender contender) {
        return Statistics.median(values(contender));
    }

    /** The daemon's median as a ratio to the rival's. */
    OptionalDouble ratio() {
        return row.rival().map(rival -> OptionalDouble.of(median(Contender.NGROKD) / median(rival))).orElse(OptionalDouble.empty());
    }

    boolean isMet() {
        return row.goal().isMet(row.goal().relative() ? ratio().orElseThrow() : median(Contender.NGROKD));
    }

    /** How many processors a process kept busy, the median of the runs. */
    Optional<Double> processors(Contender contender, String process) {
        List<Double> shares = runs.get(contender).stream().flatMap(run -> Stream.ofNullable(run.processors().get(process))).toList();
        return shares.isEmpty() ? Optional.empty() : Optional.of(Statistics.median(shares));
    }

    /** A process's time for one unit of a rate, in microseconds, the median of the runs; empty where the row is no rate. */
    Optional<Double> cost(Contender contender, String process) {
        if (!row.unit().endsWith("/s")) {
            return Optional.empty();
        }
        List<Double> costs = runs.get(contender).stream().filter(run -> run.processors().containsKey(process))
                .map(run -> run.processors().get(process) * 1e6 / run.value()).toList();
        return costs.isEmpty() ? Optional.empty() : Optional.of(Statistics.median(costs));
    }
}
