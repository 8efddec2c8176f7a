package io.ngrokd.kernel;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unix signals. The JDK's only API for them is {@code sun.misc.Signal} (module jdk.unsupported, meant to stay until there
 * is another); it is reached by reflection because the compiler allows no exception from its warning about that package.
 */
final class Signals {

    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private Signals() {}

    /** Runs the action on a thread of its own whenever the signal arrives; a system without that signal never does. */
    static void on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object handle = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                Thread.ofPlatform().name("signal-" + name).start(action);
                return null;
            });
            signal.getMethod("handle", signal, handler).invoke(null, signal.getConstructor(String.class).newInstance(name), handle);
        } catch (ReflectiveOperationException notHere) {
            LOG.debug("This system has no such signal. signal={}", name, notHere);
        }
    }
}
