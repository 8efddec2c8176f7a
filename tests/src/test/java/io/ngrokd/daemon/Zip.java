package io.ngrokd.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The distribution's zip, unpacked once for all suites of this Java machine, where every user may read it. */
final class Zip {

    private static final Path FOLDER = temporaryFolder();
    private static Path home;

    private Zip() {}

    /** Where it is unpacked: {@code ngrokd-VERSION/}. */
    static synchronized Path home() throws IOException {
        if (home == null) {
            home = unpack(folder("zip"));
            makeStartCache(home);
        }
        return home;
    }

    /** A second installation whose launchers and plugins may be changed; the libraries are those of the first. */
    static Path variant(String name) throws IOException {
        Path variant = folder(name);
        Files.createSymbolicLink(variant.resolve("lib"), home().resolve("lib"));
        for (String part : List.of("bin", "plugins")) {
            Files.createDirectory(variant.resolve(part));
            try (Stream<Path> files = Files.list(home().resolve(part))) {
                for (Path file : files.toList()) {
                    Files.copy(file, variant.resolve(part).resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        return variant;
    }

    private static Path unpack(Path into) throws IOException {
        Path zip = Path.of(System.getProperty("ngrokd.zip", ""));
        if (!Files.isRegularFile(zip)) {
            throw new AssertionError("there is no zip to test at '" + zip + "'; the system property ngrokd.zip names it");
        }
        try (FileSystem inside = FileSystems.newFileSystem(zip, Map.of("enablePosixFileAttributes", true));
                Stream<Path> entries = Files.walk(inside.getPath("/"))) {
            for (Path entry : entries.toList()) {
                Path target = into.resolve(inside.getPath("/").relativize(entry).toString());
                if (Files.isDirectory(entry)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(entry, target);
                    Files.setPosixFilePermissions(target, Files.getPosixFilePermissions(entry));
                }
            }
        }
        return into.resolve("ngrokd-" + System.getProperty("ngrokd.version"));
    }

    /**
     * As the guide has users do; it pays off here from the third daemon on, and nothing here depends on it: that it works is {@link
     * StartCacheIT}'s. {@code -Dngrokd.start-cache=off} leaves it out.
     */
    private static void makeStartCache(Path home) throws IOException {
        if (System.getProperty("ngrokd.start-cache", "on").equals("off")) {
            return;
        }
        Process made = new ProcessBuilder(home.resolve("bin/ngrokd").toString(), "start-cache").inheritIO().start();
        try {
            if (made.waitFor() != 0) {
                System.out.println("The suites start without a cache: ngrokd start-cache ended with exit code " + made.exitValue());
            }
        } catch (InterruptedException stopping) {
            made.destroy();
            throw new IOException("interrupted", stopping);
        }
    }

    /** A folder for a suite; short, for the sake of socket paths, and deleted in the end. */
    static Path folder(String name) throws IOException {
        return Files.createDirectories(FOLDER.resolve(name));
    }

    private static Path temporaryFolder() {
        try {
            Path folder = Files.createTempDirectory("ngrokd-it");
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            return folder;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException stays) {
            System.err.println("not deleted: " + folder + ": " + stays);
        }
    }
}
