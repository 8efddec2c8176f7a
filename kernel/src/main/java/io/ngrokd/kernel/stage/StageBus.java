package io.ngrokd.kernel.stage;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.BusAddress;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.DnsReply;
import io.ngrokd.api.event.DnsRequest;
import io.ngrokd.api.event.EndpointEvent;
import io.ngrokd.api.event.ForwardReply;
import io.ngrokd.api.event.ForwardRequest;
import io.ngrokd.api.event.NamesReply;
import io.ngrokd.api.event.NamesRequest;
import io.ngrokd.api.event.NetifReply;
import io.ngrokd.api.event.NetifRequest;
import io.ngrokd.api.event.PlanReply;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.event.ResolverReply;
import io.ngrokd.api.event.ResolverRequest;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Both ends of a stage's request on the event bus: {@link #serve} puts a backend behind an address, {@link #request}
 * asks there and waits.
 *
 * <p>A backend works on virtual threads, one call at a time. Whatever it throws becomes a {@link StageException} at the
 * asking end and touches nobody else.
 */
public final class StageBus {

    private static final Logger LOG = LoggerFactory.getLogger(StageBus.class);

    private final EventBus bus;
    private final Duration limit;

    /**
     * @param limit how long a request may take before its outcome counts as unknown
     */
    public StageBus(Vertx vertx, Duration limit) {
        this.bus = vertx.eventBus();
        this.limit = limit;
        ReferenceCodec.register(bus, NetifRequest.class);
        ReferenceCodec.register(bus, NetifReply.class);
        ReferenceCodec.register(bus, ForwardRequest.class);
        ReferenceCodec.register(bus, ForwardReply.class);
        ReferenceCodec.register(bus, NamesRequest.class);
        ReferenceCodec.register(bus, NamesReply.class);
        ReferenceCodec.register(bus, DnsRequest.class);
        ReferenceCodec.register(bus, DnsReply.class);
        ReferenceCodec.register(bus, ResolverRequest.class);
        ReferenceCodec.register(bus, ResolverReply.class);
        ReferenceCodec.register(bus, PlanRequest.class);
        ReferenceCodec.register(bus, PlanReply.class);
        ReferenceCodec.register(bus, EndpointEvent.class);
    }

    /** A backend's method that answers requests. */
    @FunctionalInterface
    public interface Work<Q, A> {
        A apply(Q request) throws StageException;
    }

    /** A backend's method that says what it would change. */
    @FunctionalInterface
    public interface Plans<Q> {
        Optional<List<Change>> plan(PlanRequest<Q> asked) throws StageException;
    }

    /** Puts a backend behind an address. */
    public <Q, A> Served serve(String address, String backend, Work<Q, A> work) {
        Turn turn = new Turn();
        return new Served(backend, turn, List.of(consume(address, backend, turn, work)));
    }

    /** Puts a backend behind a stage's address, and behind the one where it is asked for plans; one call at a time over both. */
    public <Q, A> Served serve(String stage, String backend, Work<Q, A> work, Plans<Q> plans) {
        Turn turn = new Turn();
        return new Served(backend, turn, List.of(consume(stage, backend, turn, work),
                consume(BusAddress.plan(stage), backend, turn, answering(plans))));
    }

    /** Puts a backend that is not at work where it is asked for plans, and nothing else. One at a time for each stage. */
    public <Q> Served serveCandidate(String stage, String backend, Plans<Q> plans) {
        return serve(BusAddress.planOfCandidate(stage), backend, answering(plans));
    }

    private static <Q> Work<PlanRequest<Q>, PlanReply> answering(Plans<Q> plans) {
        return asked -> new PlanReply(plans.plan(asked));
    }

    private <Q, A> MessageConsumer<Q> consume(String address, String backend, Turn turn, Work<Q, A> work) {
        MessageConsumer<Q> consumer = bus.localConsumer(address);
        consumer.handler(message -> Thread.ofVirtual().name(backend).start(() -> answer(backend, work, turn, message)));
        return consumer;
    }

    /** One call of a backend at a time, and none any more once it is withdrawn. */
    private static final class Turn {
        final ReentrantLock lock = new ReentrantLock(true);
        volatile boolean over;

        boolean take(Duration limit) {
            try {
                return lock.tryLock(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    /** A backend at work behind an address. */
    public static final class Served {

        private final String backend;
        private final Turn turn;
        private final List<MessageConsumer<?>> consumers;

        private Served(String backend, Turn turn, List<MessageConsumer<?>> consumers) {
            this.backend = backend;
            this.turn = turn;
            this.consumers = consumers;
        }

        /** Whose backend it is, for messages. */
        public String backend() {
            return backend;
        }

        /** No request reaches the backend any more; one that is under way goes on. */
        public void withdraw() {
            turn.over = true;
            consumers.forEach(MessageConsumer::unregister);
        }

        /**
         * A last call, after all others.
         *
         * @throws StageException what the call throws, or that the backend was busy for all of the limit
         */
        public void last(Undo undo, Duration limit) throws StageException {
            if (!turn.take(limit)) {
                throw new StageException(FailureCode.TIMEOUT, "it is still busy with an earlier request", backend);
            }
            try {
                undo.run();
            } catch (RuntimeException | LinkageError | StackOverflowError defect) {
                throw new StageException(FailureCode.INTERNAL, "it failed unexpectedly: " + defect, backend, defect);
            } finally {
                turn.lock.unlock();
            }
        }
    }

    /** A backend's method that undoes what it did. */
    @FunctionalInterface
    public interface Undo {
        void run() throws StageException;
    }

    private <Q, A> void answer(String backend, Work<Q, A> work, Turn turn, Message<Q> message) {
        if (!turn.take(limit)) {
            message.fail(FailureCode.TIMEOUT.ordinal(), "it is still busy with an earlier request");
            return;
        }
        try {
            if (turn.over) {
                message.fail(FailureCode.NO_PLUGIN.ordinal(), "'" + backend + "' has been stopped");
                return;
            }
            A reply = work.apply(message.body());
            if (reply == null) {
                message.fail(FailureCode.INTERNAL.ordinal(), "it answered nothing");
            } else {
                message.reply(reply);
            }
        } catch (StageException failure) {
            LOG.debug("A stage failed. backend={}", backend, failure);
            message.fail(failure.code().ordinal(), failure.getMessage());
        } catch (Exception | LinkageError | StackOverflowError defect) {
            LOG.error("A plugin failed in a way it should not. backend={}", backend, defect);
            message.fail(FailureCode.INTERNAL.ordinal(), "it failed unexpectedly: " + defect);
        } finally {
            turn.lock.unlock();
        }
    }

    /**
     * Asks and waits; not for event loops.
     *
     * @param backend how errors call whoever answers
     */
    public <A> A request(String address, String backend, Object request, Class<A> answer) throws StageException {
        try {
            Message<Object> reply = bus.request(address, request,
                    new DeliveryOptions().setSendTimeout(limit.toMillis()).setLocalOnly(true)).await();
            return answer.cast(reply.body());
        } catch (ReplyException failure) {
            throw switch (failure.failureType()) {
                case NO_HANDLERS -> new StageException(
                        FailureCode.NO_PLUGIN, "no plugin serves '" + backend + "' (missing, disabled or unloaded)", backend, failure);
                case TIMEOUT -> new StageException(FailureCode.TIMEOUT,
                        "'" + backend + "' did not answer within " + limit.toSeconds() + " s; it is asked again", backend, failure);
                default -> new StageException(code(failure.failureCode()), failure.getMessage(), backend, failure);
            };
        } catch (RuntimeException odd) {
            // Anybody on the bus can answer there: an answer of a wrong type is that somebody's fault.
            throw new StageException(FailureCode.INTERNAL, "'" + backend + "' gave no proper answer: " + odd, backend, odd);
        }
    }

    private static FailureCode code(int ordinal) {
        return ordinal >= 0 && ordinal < FailureCode.values().length ? FailureCode.values()[ordinal] : FailureCode.INTERNAL;
    }

    /** Tells observers. */
    public void publish(String address, Object event) {
        bus.publish(address, event);
    }
}
