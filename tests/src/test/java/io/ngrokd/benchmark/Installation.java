package io.ngrokd.benchmark;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** The daemon as shipped: the zip, unpacked. */
final class Installation {

    private Installation() {}

    /** Unpacks a zip into a folder; a folder that is one unpacked is taken as it is. Returns what holds {@code bin/}. */
    static Path of(Path zip, Path into) throws IOException {
        if (Files.isExecutable(zip.resolve("bin/ngrokd"))) {
            return zip.toAbsolutePath();
        }
        if (!Files.isRegularFile(zip)) {
            throw new IOException(zip + " is neither a zip nor a folder with bin/ngrokd in it; --zip names one");
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
        try (Stream<Path> folders = Files.list(into)) {
            return folders.filter(folder -> Files.isExecutable(folder.resolve("bin/ngrokd"))).findFirst()
                    .orElseThrow(() -> new IOException(zip + " holds no folder with bin/ngrokd"));
        }
    }
}
