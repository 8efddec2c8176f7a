package io.ngrokd.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.ngrokd.api.event.Change;
import java.util.List;
import java.util.Optional;

/** What the suites hold of a backend's plans. One that cannot say passes: it need not. */
public final class Plans {

    private Plans() {}

    /** All is as wanted. */
    public static void assertNothing(Optional<List<Change>> plan) {
        assertEquals(List.of(), plan.orElse(List.of()), "nothing would change");
    }

    /** Something would change. */
    public static void assertSomething(Optional<List<Change>> plan) {
        assertFalse(plan.filter(List::isEmpty).isPresent(), "something would change");
    }
}
