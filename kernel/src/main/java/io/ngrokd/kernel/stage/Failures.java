package io.ngrokd.kernel.stage;

import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.error.StageFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What went wrong in one pass: of single endpoints, in the order of the stages, and of stages as a whole. */
final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private final Map<EndpointKey, List<StageFailure>> failures = new HashMap<>();
    private final SortedMap<String, String> problems = new TreeMap<>();

    void add(Allocation allocation, StageFailure failure) {
        List<StageFailure> known = failures.computeIfAbsent(allocation.endpoint().key(), key -> new ArrayList<>());
        if (!known.contains(failure)) {
            known.add(failure);
        }
    }

    List<StageFailure> of(EndpointKey key) {
        return failures.getOrDefault(key, List.of());
    }

    /** A stage as a whole failed. */
    void problem(String stage, StageException whole) {
        LOG.warn("A stage failed as a whole. stage={} backend={} code={} cause={}", stage, whole.plugin(), whole.code(), whole.getMessage());
        problems.put(stage, whole.getMessage());
    }

    /** A stage did its work, with something that a person should see to. */
    void problem(String stage, String sentence) {
        problems.put(stage, sentence);
    }

    /** Stage to cause. */
    SortedMap<String, String> problems() {
        return new TreeMap<>(problems);
    }
}
