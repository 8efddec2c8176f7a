package io.ngrokd.daemon;

import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.NetifBackend;
import io.ngrokd.api.spi.NetifBackendFactory;
import io.ngrokd.api.spi.NetifContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.pf4j.Extension;

/** Plugins that are broken on purpose. Each would be chosen before all others. */
final class BrokenPlugin {

    private BrokenPlugin() {}

    /** Packs a factory as the plugin that it would be. */
    static void pack(Class<?> factory, Path plugins) throws IOException {
        PluginJar.pack("broken-" + factory.getSimpleName().toLowerCase(Locale.ROOT), plugins, factory, Best.class);
    }

    /** What they have in common. */
    abstract static class Best implements NetifBackendFactory {

        @Override
        public String name() {
            return "broken";
        }

        @Override
        public int rank() {
            return 1_000_000;
        }

        @Override
        public Availability probe(NetifContext context) {
            return Availability.yes("so it says");
        }

        @Override
        public NetifBackend create(NetifContext context) {
            throw new UnsupportedOperationException("broken on purpose");
        }
    }

    /** Cannot even be made. */
    @Extension
    public static final class InConstructor extends Best {
        public InConstructor() {
            throw new IllegalStateException("broken on purpose");
        }
    }

    /** Fails when it is asked whether it can work. */
    @Extension
    public static final class InProbe extends Best {
        @Override
        public Availability probe(NetifContext context) {
            throw new IllegalStateException("broken on purpose");
        }
    }

    /** Says that it can work, and then cannot. */
    @Extension
    public static final class InCreate extends Best {}

    /** Needs a class that is nowhere. */
    @Extension
    public static final class InLinking extends Best {
        @Override
        public Availability probe(NetifContext context) {
            throw new NoClassDefFoundError("of/a/Library");
        }
    }
}
