package io.ngrokd.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Packs classes of these suites as the plugins that they would be. */
final class PluginJar {

    private PluginJar() {}

    /**
     * Puts a plugin into a folder.
     *
     * @param classes the factory, which is the extension, and then what it needs
     */
    static void pack(String id, Path plugins, Class<?>... classes) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Plugin-Id", id);
        manifest.getMainAttributes().putValue("Plugin-Version", "1.0.0");
        try (OutputStream file = Files.newOutputStream(plugins.resolve(id + ".jar"));
                JarOutputStream jar = new JarOutputStream(file, manifest)) {
            jar.putNextEntry(new JarEntry("META-INF/extensions.idx"));
            jar.write((classes[0].getName() + "\n").getBytes(StandardCharsets.UTF_8));
            for (Class<?> each : List.of(classes)) {
                String entry = each.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new JarEntry(entry));
                try (InputStream bytes = each.getClassLoader().getResourceAsStream(entry)) {
                    bytes.transferTo(jar);
                }
            }
        }
    }
}
