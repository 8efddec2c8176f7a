package io.ngrokd.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What stands where. */
class HouseTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int ROOM = 400;

    @Test
    void theTopLevelIsTheCustomers() throws IOException {
        try (Stream<Path> entries = Files.list(ROOT)) {
            Set<String> names = new TreeSet<>(entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.startsWith(".") && !name.equals("target")).toList());
            assertEquals(Set.of("pom.xml", "kernel", "plugins", "plugin-api", "distribution", "config", "tests", "README.md"), names);
        }
    }

    @Test
    void everyPackageSaysWhatBelongsInIt() throws IOException {
        Set<Path> silent = new TreeSet<>();
        for (Path source : sources("src/main/java")) {
            if (!Files.exists(source.resolveSibling("package-info.java"))) {
                silent.add(ROOT.relativize(source.getParent()));
            }
        }
        assertEquals(Set.of(), silent);
    }

    @Test
    void noFileOutgrowsItsRoom() throws IOException {
        Set<String> big = new TreeSet<>();
        for (Path source : sources("src")) {
            try (Stream<String> lines = Files.lines(source)) {
                if (lines.count() > ROOM) {
                    big.add(ROOT.relativize(source).toString());
                }
            }
        }
        assertEquals(Set.of(), big, "files over " + ROOM + " lines");
    }

    @Test
    void everyModuleHasAReadme() {
        for (String module : List.of("kernel", "plugin-api", "plugins", "distribution", "tests",
                "plugins/netif-linux", "plugins/hosts-file", "plugins/forward-virtual", "plugins/forward-shared", "plugins/listener-kit",
                "plugins/dns-server", "plugins/local-cloud")) {
            assertTrue(Files.exists(ROOT.resolve(module).resolve("README.md")), module);
        }
    }

    private static List<Path> sources(String below) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".java") && file.toString().contains("/" + below + "/")
                    && !file.toString().contains("/target/")).toList();
        }
    }
}
