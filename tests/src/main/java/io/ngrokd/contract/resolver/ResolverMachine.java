package io.ngrokd.contract.resolver;

import io.ngrokd.api.spi.DnsStrategyContext;
import io.ngrokd.api.spi.DnsStrategyFactory;
import io.ngrokd.api.spi.Journal;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * A machine with a resolver, real or fake, that {@link DnsStrategyContract} looks at. It is used by one thread.
 *
 * <p>It starts as a machine that never had us, with at least one server that it asks.
 */
public interface ResolverMachine {

    /** The factory under test, set to work on this machine. Called anew for each process that the suite plays. */
    DnsStrategyFactory factory();

    /** What the kernel would hand to the strategy; its system root is this machine's. */
    DnsStrategyContext context(Journal journal);

    /** Where our server listens, such that the strategy can route to it. */
    InetSocketAddress server();

    /** The interface that the kernel would name, if there is one on this machine. */
    Optional<String> interfaceName();

    /**
     * Whom the machine asks for a name now, by its settings: best first, ports included. The suite takes the first one; several
     * rules for one name are the machine's to weigh as the system does it.
     */
    List<InetSocketAddress> asked(String name) throws Exception;

    /** Whether the system can route single domains. Where it can't, all names go to our server while any does. */
    boolean routesPerDomain();

    /** Whether the system can ask a server at this port. */
    boolean takesPort(int port);

    /** The servers it asks without us, best first. Does not change. */
    List<InetSocketAddress> originalServers();

    /** Everything that a strategy may have changed, as text, without times or counters: equal texts are equal settings. */
    String settings() throws Exception;

    /** Changes with every write, even one of what was there before: times of files, number of changing commands. */
    String trace() throws Exception;

    /** Somebody else, or the resolver's restart, takes our settings away. Called while they stand. */
    void meddle() throws Exception;

    /** Whether {@link #meddle} is done by a program that will do it again, so that giving in is right at last. */
    boolean isFoughtOver();

    /** From now on every change fails, as without permission. Nothing of what stands is lost. */
    void refuseChanges() throws Exception;

    /** Undoes {@link #refuseChanges}. */
    void allowChanges() throws Exception;

    /**
     * Has the process of the strategy die at its next change but {@code changes}: the change is made (or half made, where the
     * system can do so), and then an {@link Death} is thrown through the strategy. Returns false where that cannot be played.
     */
    default boolean dieAfter(int changes) {
        return false;
    }

    /** Frees what the machine holds. */
    default void close() throws Exception {}

    /** The process is no more. No strategy may catch it. */
    final class Death extends Error {
        private static final long serialVersionUID = 1;
    }
}
