package io.ngrokd.cloud.endpoint;

import java.util.List;
import java.util.function.Predicate;

/** A compiled endpoint selector; see {@link SelectorParser} for what is understood. */
public record Selector(String text, Predicate<Endpoint> condition) {

    public static Selector parse(String text) throws SelectorException {
        return new Selector(text, new SelectorParser(text).parse());
    }

    /** An endpoint is selected when any of the selectors selects it. */
    public static boolean anySelects(List<Selector> selectors, Endpoint endpoint) {
        return selectors.stream().anyMatch(selector -> selector.condition.test(endpoint));
    }
}
