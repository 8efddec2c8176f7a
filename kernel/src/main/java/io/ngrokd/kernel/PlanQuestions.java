package io.ngrokd.kernel;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.PlanReply;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.kernel.plan.Section;
import io.ngrokd.kernel.plan.Section.Role;
import java.util.List;
import java.util.function.Supplier;

/** Puts a question to a backend, and makes its answer a section; a backend that cannot say is estimated. */
final class PlanQuestions {

    private PlanQuestions() {}

    /** @param estimate what the kernel itself can tell */
    static Section ask(Role role, PlanRoles.Asked backend, PlanRequest<?> question, Supplier<List<Change>> estimate) {
        try {
            PlanReply reply = backend.ask(question);
            return reply.changes().map(changes -> Section.of(role, backend.backend(), changes))
                    .orElseGet(() -> Section.of(role, backend.backend(), estimate.get()).estimate());
        } catch (StageException impossible) {
            return Section.of(role, backend.backend(), List.of()).failing(impossible.getMessage());
        }
    }

    /** One that goes and one that comes: of the same backend, only what differs. */
    static List<Section> settle(List<Section> parts) {
        return parts.size() == 2 && parts.getFirst().backend().equals(parts.getLast().backend())
                ? Section.withoutTheSame(parts.getFirst(), parts.getLast()) : parts;
    }
}
