package io.ngrokd.daemon;

import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.NetifBackend;
import io.ngrokd.api.spi.NetifBackendFactory;
import io.ngrokd.api.spi.NetifContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.pf4j.Extension;

/** Plugins that are broken on purpose. Each would be chosen before all others. */
final class BrokenPlugin {

    private BrokenPlugin() {}

    /** Packs a factory as the plugin that it would be. */
    static void pack(Class<?> factory, Path plugins) throws IOException {
        String id = "broken-" + factory.getSimpleName().toLowerCase(Locale.ROOT);
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Plugin-Id", id);
        manifest.getMainAttributes().putValue("Plugin-Version", "1.0.0");
        try (OutputStream file = Files.newOutputStream(plugins.resolve(id + ".jar"));
                JarOutputStream jar = new JarOutputStream(file, manifest)) {
            jar.putNextEntry(new JarEntry("META-INF/extensions.idx"));
            jar.write((factory.getName() + "\n").getBytes(StandardCharsets.UTF_8));
            for (Class<?> each : new Class<?>[] {factory, Best.class}) {
                String entry = each.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new JarEntry(entry));
                try (InputStream bytes = each.getClassLoader().getResourceAsStream(entry)) {
                    bytes.transferTo(jar);
                }
            }
        }
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
