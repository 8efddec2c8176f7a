package io.ngrokd.daemon.soak;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes connections of all kinds, cut by clients, before the ingress and by backends. A program: {@code Soak SEED COUNT}. The
 * cloud leads {@code http://soak.demo} to {@link Backends#HTTP_PORT}, {@code https://soak-tls.demo} and
 * {@code tcp://soak-tcp.demo:7000} to {@link Backends#ECHO_PORT}; the daemon's ingress is {@link Backends#CUTTER_PORT}.
 */
public final class Soak {

    private static final int AT_A_TIME = 24;
    private static final int WRONG_SHOWN = 10;
    private static final int PATIENCE_MILLIS = 110_000;
    private static final int LOOK_MILLIS = 10;

    private Soak() {}

    /**
     * Prints {@code connections=N complete=N cut=N wrong=N} when all clients are done; whoever reads that has the daemon empty its
     * pools. Then {@code left=N}, as soon as it is 0: the connections that backends and cutter still have.
     */
    public static void main(String[] arguments) throws Exception {
        long seed = Long.parseLong(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        Map<Visit.Outcome, AtomicLong> outcomes = new EnumMap<>(Visit.Outcome.class);
        for (Visit.Outcome outcome : Visit.Outcome.values()) {
            outcomes.put(outcome, new AtomicLong());
        }
        try (Server http = new Server(Backends.HTTP_PORT, seed, Backends::http);
                Server echo = new Server(Backends.ECHO_PORT, seed, Backends::echo);
                Server cutter = new Server(Backends.CUTTER_PORT, seed, Backends::cutter)) {
            AtomicInteger next = new AtomicInteger();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < AT_A_TIME; i++) {
                clients.add(Thread.ofVirtual().start(() -> {
                    for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
                        Visit.Kind kind = Visit.Kind.values()[number % Visit.Kind.values().length];
                        Visit visit = new Visit(kind, new SplittableRandom(seed * 1_000_003 + number));
                        Visit.Outcome outcome = visit.make();
                        if (outcomes.get(outcome).incrementAndGet() <= WRONG_SHOWN && outcome == Visit.Outcome.WRONG) {
                            System.out.println("connection " + number + ", " + visit.what());
                        }
                    }
                }));
            }
            for (Thread client : clients) {
                client.join();
            }
            System.out.println("connections=" + count + " complete=" + outcomes.get(Visit.Outcome.COMPLETE) + " cut=" + outcomes.get(Visit.Outcome.CUT)
                    + " wrong=" + outcomes.get(Visit.Outcome.WRONG));
            for (int waited = 0; http.open() + echo.open() + cutter.open() > 0 && waited < PATIENCE_MILLIS; waited += LOOK_MILLIS) {
                Thread.sleep(LOOK_MILLIS);
            }
            System.out.println("left=" + (http.open() + echo.open() + cutter.open()));
        }
    }
}
