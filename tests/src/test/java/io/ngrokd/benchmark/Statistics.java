package io.ngrokd.benchmark;

import java.util.List;

/** What is made of several runs. */
final class Statistics {

    private Statistics() {}

    /** The middle one, or the mean of the two in the middle. */
    static double median(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("there is no median of nothing");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** From the least to the most, as a share of the median: 0.1 is 10 %. */
    static double spread(List<Double> values) {
        double median = median(values);
        double least = values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        double most = values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        return median == 0 ? 0 : (most - least) / median;
    }

    /** Whether the last values of a warm-up, so many, are no better than those before, by more than 3 %. */
    static boolean isSteady(List<Double> values, int last, boolean higherIsBetter) {
        if (values.size() < 2 * last) {
            return false;
        }
        List<Double> late = values.subList(values.size() - last, values.size());
        List<Double> early = values.subList(0, values.size() - last);
        return higherIsBetter
                ? best(late, true) <= best(early, true) * 1.03
                : best(late, false) >= best(early, false) / 1.03;
    }

    private static double best(List<Double> values, boolean highest) {
        return values.stream().mapToDouble(Double::doubleValue).reduce(highest ? Math::max : Math::min).orElseThrow();
    }
}
