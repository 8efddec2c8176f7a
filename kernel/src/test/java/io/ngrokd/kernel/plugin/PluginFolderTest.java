package io.ngrokd.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ngrokd.api.spi.NetifBackendFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real plugin jars, compiled here, loaded as the daemon loads them. */
class PluginFolderTest {

    @TempDir
    private Path folder;

    @Test
    void aPluginSeesTheApiAndNothingOfTheKernel() throws Exception {
        jar("good", ">=1.0.0 & <2.0.0", "");
        try (PluginFolder plugins = PluginFolder.load(folder.resolve("plugins"), "1.2.0")) {
            List<NetifBackendFactory> factories = plugins.extensions(NetifBackendFactory.class);
            assertEquals(List.of("good"), factories.stream().map(NetifBackendFactory::name).toList());
            ClassLoader loader = factories.getFirst().getClass().getClassLoader();
            assertNotSame(getClass().getClassLoader(), loader);
            for (String shared : List.of(
                    NetifBackendFactory.class.getName(), "io.vertx.core.Vertx", "io.netty.buffer.ByteBuf", "org.slf4j.Logger",
                    "com.fasterxml.jackson.core.JsonParser", "org.pf4j.Extension")) {
                assertSame(Class.forName(shared), loader.loadClass(shared), shared);
            }
            for (String hidden : List.of(
                    PluginFolder.class.getName(), "io.ngrokd.kernel.Main", "picocli.CommandLine", "org.bouncycastle.cert.X509CertificateHolder",
                    "ch.qos.logback.classic.Logger")) {
                assertThrows(ClassNotFoundException.class, () -> loader.loadClass(hidden), hidden);
            }
        }
    }

    @Test
    void badPluginsAreLeftOutAndTheOthersWork() throws Exception {
        jar("good", ">=1.0.0", "");
        jar("from-the-future", ">=3.0.0", "");
        jar("throws", ">=1.0.0", "static { if (true) throw new IllegalStateException(\"broken\"); }");
        Files.writeString(folder.resolve("plugins/nonsense.jar"), "this is no jar");
        Files.writeString(folder.resolve("plugins/readme.txt"), "neither is this");
        try (PluginFolder plugins = PluginFolder.load(folder.resolve("plugins"), "1.2.0")) {
            assertEquals(List.of("good"), plugins.extensions(NetifBackendFactory.class).stream().map(NetifBackendFactory::name).toList());
        }
    }

    @Test
    void aMissingFolderMeansNoPlugins() {
        try (PluginFolder plugins = PluginFolder.load(folder.resolve("none"), "1.2.0")) {
            assertEquals(List.of(), plugins.extensions(NetifBackendFactory.class));
        }
    }

    private void jar(String id, String requires, String body) throws IOException {
        String type = "Plugin" + Math.abs(id.hashCode());
        Path source = folder.resolve(id + "/site/" + type + ".java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, """
                package site;
                @org.pf4j.Extension
                public class %s implements io.ngrokd.api.spi.NetifBackendFactory {
                    %s
                    public String name() { return "%s"; }
                    public int rank() { return 1; }
                    public io.ngrokd.api.spi.Availability probe(io.ngrokd.api.spi.NetifContext context) { return null; }
                    public io.ngrokd.api.spi.NetifBackend create(io.ngrokd.api.spi.NetifContext context) { return null; }
                }
                """.formatted(type, body, id));
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(
                null, OutputStream.nullOutputStream(), OutputStream.nullOutputStream(),
                "-proc:none", "-cp", System.getProperty("java.class.path"), source.toString()));
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Plugin-Id", id);
        attributes.putValue("Plugin-Version", "1.0.0");
        attributes.putValue("Plugin-Requires", requires);
        Path plugins = Files.createDirectories(folder.resolve("plugins"));
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(plugins.resolve(id + ".jar")), manifest)) {
            jar.putNextEntry(new JarEntry("site/" + type + ".class"));
            Files.copy(source.resolveSibling(type + ".class"), jar);
            jar.putNextEntry(new JarEntry("META-INF/extensions.idx"));
            jar.write(("site." + type + "\n").getBytes());
        }
    }
}
