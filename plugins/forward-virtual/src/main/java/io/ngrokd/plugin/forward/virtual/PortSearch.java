package io.ngrokd.plugin.forward.virtual;

import io.ngrokd.api.endpoint.Listener;
import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageFailure;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds a port for one listener: the wanted one, else the next that is free and that no other listener wants. */
final class PortSearch {

    private static final Logger LOG = LoggerFactory.getLogger(PortSearch.class);
    private static final int FURTHER_PORTS = 20;
    private static final long BIND_SECONDS = 10;

    private final AcceptorOpener opener;
    private final Map<InetAddress, Set<Integer>> wanted = new HashMap<>();

    /** @param all the whole request: a port that one of these wants is not another's way out */
    PortSearch(AcceptorOpener opener, List<Listener> all) {
        this.opener = opener;
        for (Listener listener : all) {
            wanted.computeIfAbsent(listener.address(), _ -> new HashSet<>()).add(listener.port());
        }
    }

    /** Whether a listener of the request wants this port; the wildcard address has a share in every other. */
    boolean isWanted(InetAddress address, int port) {
        if (address.isAnyLocalAddress()) {
            return wanted.values().stream().anyMatch(ports -> ports.contains(port));
        }
        return wanted.entrySet().stream()
                .filter(entry -> entry.getKey().equals(address) || entry.getKey().isAnyLocalAddress())
                .anyMatch(entry -> entry.getValue().contains(port));
    }

    /** The wanted port and no other, to move back to it; empty when it is still taken. */
    Result openWanted(Listener listener) throws InterruptedException {
        return attempt(listener, listener.port());
    }

    /** The wanted port or one of those that follow. */
    Result open(Listener listener) throws InterruptedException {
        Result result = attempt(listener, listener.port());
        int tried = 0;
        for (int port = listener.port() + 1; tried < FURTHER_PORTS && port <= 65535; port++) {
            if (!(result instanceof Failed(BindFailure reason, _)) || reason != BindFailure.PORT_TAKEN) {
                return result;
            }
            if (!isWanted(listener.address(), port)) {
                tried++;
                LOG.warn("Port in use, trying next port listener={} address={} wanted={} next={}",
                        listener.id(), listener.address().getHostAddress(), listener.port(), port);
                result = attempt(listener, port);
            }
        }
        if (result instanceof Failed(BindFailure reason, _) && reason == BindFailure.PORT_TAKEN) {
            return new Failed(reason, new StageFailure(FailureCode.EXHAUSTED, "port " + listener.port() + " of "
                    + listener.address().getHostAddress() + " and the " + tried
                    + " that follow are taken; see by whom with 'ss -ltnp', free one, and it is tried again"));
        }
        return result;
    }

    private Result attempt(Listener listener, int port) throws InterruptedException {
        CompletableFuture<Acceptor> opening =
                opener.open(listener.address(), port, listener.id()).toCompletionStage().toCompletableFuture();
        try {
            return new Opened(opening.get(BIND_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException failed) {
            BindFailure reason = BindFailure.of(failed.getCause(), port);
            return new Failed(reason, reason.describe(listener.address(), port, failed.getCause()));
        } catch (TimeoutException slow) {
            closeWhenItOpens(opening);
            return new Failed(BindFailure.OTHER, new StageFailure(FailureCode.TIMEOUT, "listening on "
                    + listener.address().getHostAddress() + ":" + port + " took longer than " + BIND_SECONDS
                    + " seconds; it is tried again"));
        } catch (InterruptedException stopped) {
            closeWhenItOpens(opening);
            throw stopped;
        }
    }

    private static void closeWhenItOpens(CompletableFuture<Acceptor> opening) {
        opening.thenCompose(Acceptor::close).exceptionally(neverOpened -> {
            LOG.debug("Late listener did not open cause={}", String.valueOf(neverOpened));
            return null;
        });
    }

    /** What came of it. */
    sealed interface Result {}

    /** It accepts. */
    record Opened(Acceptor acceptor) implements Result {}

    /** It does not accept. */
    record Failed(BindFailure reason, StageFailure failure) implements Result {}
}
