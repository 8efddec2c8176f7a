package io.ngrokd.plugin.dns.resolvconf;

import io.ngrokd.kit.system.ResolvConf;
import io.ngrokd.kit.system.SystemRoot;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The servers that this machine would ask without us. */
final class Upstreams {

    /** Where resolvconf and openresolv keep what they were told, one file a source: servers that it left out of the file too. */
    private static final List<String> STORES = List.of("run/resolvconf/interface", "run/resolvconf/interfaces", "run/resolvconf/keys");

    private final SystemRoot root;

    Upstreams(SystemRoot root) {
        this.root = root;
    }

    /**
     * Those of the file, as it would be without our lines, then those that resolvconf knows besides.
     *
     * @param ours servers that are us, and never meant
     */
    List<InetSocketAddress> read(Set<InetSocketAddress> ours) throws IOException {
        String text = ResolvConf.read(root.real(Place.RESOLV_CONF));
        Set<InetSocketAddress> never = new LinkedHashSet<>(ours);
        ManagedLines.ours(text).ifPresent(never::add);
        List<String> stored = new ArrayList<>();
        for (String store : STORES) {
            Path folder = root.folder().resolve(store);
            if (Files.isDirectory(folder)) {
                readStore(folder, stored, never);
            }
        }
        Set<InetSocketAddress> servers = new LinkedHashSet<>();
        Stream.concat(Stream.of(ManagedLines.remove(text)), stored.stream())
                .flatMap(each -> ResolvConf.servers(each).stream()).forEach(servers::add);
        servers.removeAll(never);
        return List.copyOf(servers);
    }

    private static void readStore(Path folder, List<String> stored, Set<InetSocketAddress> never) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isRegularFile)) {
            entries.forEach(files::add);
        }
        files.sort(null);
        for (Path file : files) {
            String text = ResolvConf.read(file);
            String key = file.getFileName().toString();
            if (key.equals(ResolvconfWay.DEBIAN_KEY) || key.equals(ResolvconfWay.OPENRESOLV_KEY)) {
                never.addAll(ResolvConf.servers(text));
            } else {
                stored.add(text);
            }
        }
    }
}
