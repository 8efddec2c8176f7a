package io.ngrokd.api.spi;

import org.pf4j.ExtensionPoint;

/**
 * Makes backends of one role.
 *
 * @param <B> the role
 * @param <C> what the kernel hands to backends of that role
 */
public interface BackendFactory<B, C extends PluginContext> extends ExtensionPoint {

    /** A short name in kebab case, unique in its role; users choose by it in {@code plugins.ROLE}. */
    String name();

    /** Which of several available backends is taken: the highest. Ours are at 100 and below. */
    int rank();

    /** Looks at the machine and changes nothing that outlives the call. May block for up to 2 seconds. */
    Availability probe(C context);

    /** Makes the backend; it changes nothing before its first request. */
    B create(C context);
}
