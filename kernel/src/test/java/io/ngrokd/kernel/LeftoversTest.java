package io.ngrokd.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.NamesReply;
import io.ngrokd.api.event.NamesRequest;
import io.ngrokd.api.event.ResolverReply;
import io.ngrokd.api.event.ResolverRequest;
import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.DnsStrategy;
import io.ngrokd.api.spi.DnsStrategyContext;
import io.ngrokd.api.spi.DnsStrategyFactory;
import io.ngrokd.api.spi.HostsContext;
import io.ngrokd.api.spi.HostsWriter;
import io.ngrokd.api.spi.HostsWriterFactory;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.state.FileJournal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {

    @TempDir
    private Path folder;

    private final List<String> undone = new ArrayList<>();

    @Test
    void withoutAJournalAllThatWorkHereAreAskedToUndo() throws Exception {
        assertTrue(undo(
                new FakeFactory("works", () -> Availability.yes("it does"), false),
                new FakeFactory("does-not", () -> Availability.no("it does not"), false),
                new FakeFactory("too", () -> Availability.yes("it does"), false)));
        assertEquals(List.of("works", "too"), undone);
    }

    @Test
    void oneThatFailsIsReportedAndStopsNoOther() throws Exception {
        assertFalse(undo(
                new FakeFactory("fails", () -> Availability.yes("it does"), true),
                new FakeFactory("is-broken", () -> {
                    throw new IllegalStateException("broken");
                }, false),
                new FakeFactory("works", () -> Availability.yes("it does"), false)));
        assertEquals(List.of("works"), undone);
    }

    @Test
    void theResolverIsPutBackBeforeNames() throws Exception {
        assertTrue(Leftovers.undoUnjournaled(List.of(new FakeStrategies()),
                List.of(new FakeFactory("works", () -> Availability.yes("it does"), false)), List.of(), contexts()));
        assertEquals(List.of("strategy on /sysroot", "works"), undone);
    }

    private boolean undo(HostsWriterFactory... factories) throws Exception {
        return Leftovers.undoUnjournaled(List.of(), List.of(factories), List.of(), contexts());
    }

    private Contexts contexts() throws IOException {
        return new Contexts(null, FileJournal.open(folder.resolve("journal.json")),
                new DaemonConfig.Net("ngrokd0", Optional.empty(), "virtual", 9080, Map.of(), List.of()), Optional.empty(), Path.of("/sysroot"),
                (socket, listener) -> {}, () -> 9080);
    }

    private final class FakeStrategies implements DnsStrategyFactory {

        @Override
        public String name() {
            return "strategy";
        }

        @Override
        public int rank() {
            return 1;
        }

        @Override
        public Availability probe(DnsStrategyContext context) {
            return Availability.yes("it does");
        }

        @Override
        public DnsStrategy create(DnsStrategyContext context) {
            return new DnsStrategy() {
                @Override
                public ResolverReply apply(ResolverRequest request) {
                    return ResolverReply.complete();
                }

                @Override
                public void undo() {
                    undone.add("strategy on " + context.systemRoot());
                }

                @Override
                public List<InetSocketAddress> upstreams() {
                    return List.of();
                }

                @Override
                public String description() {
                    return "fake";
                }
            };
        }
    }

    private final class FakeFactory implements HostsWriterFactory {

        private final String name;
        private final Supplier<Availability> answer;
        private final boolean failing;

        FakeFactory(String name, Supplier<Availability> answer, boolean failing) {
            this.name = name;
            this.answer = answer;
            this.failing = failing;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int rank() {
            return 1;
        }

        @Override
        public Availability probe(HostsContext context) {
            return answer.get();
        }

        @Override
        public HostsWriter create(HostsContext context) {
            return new HostsWriter() {
                @Override
                public NamesReply apply(NamesRequest request) {
                    throw new AssertionError("only undo is asked for");
                }

                @Override
                public void undo() throws StageException {
                    if (failing) {
                        throw new StageException(FailureCode.INPUT_OUTPUT, "it cannot", name);
                    }
                    undone.add(name);
                }

                @Override
                public String description() {
                    return name;
                }
            };
        }
    }
}
