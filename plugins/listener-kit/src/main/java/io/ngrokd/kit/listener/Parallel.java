package io.ngrokd.kit.listener;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Does something to many things at once, but not to all of them at once. */
final class Parallel {

    private static final int AT_ONCE = 64;

    private Parallel() {}

    /** What is done to each. */
    @FunctionalInterface
    interface Step<T> {
        void accept(T item) throws InterruptedException;
    }

    /** Returns when all are done. A step that throws is a defect and comes out of here as it is. */
    static <T> void forEach(List<T> items, Step<T> step) throws InterruptedException {
        Semaphore places = new Semaphore(AT_ONCE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> running = new ArrayList<>();
            try {
                for (T item : items) {
                    places.acquire();
                    running.add(threads.submit(() -> {
                        try {
                            step.accept(item);
                            return null;
                        } finally {
                            places.release();
                        }
                    }));
                }
                for (Future<Void> task : running) {
                    task.get();
                }
            } catch (ExecutionException failed) {
                throw new IllegalStateException(failed.getCause());
            } finally {
                threads.shutdownNow();
            }
        }
    }
}
