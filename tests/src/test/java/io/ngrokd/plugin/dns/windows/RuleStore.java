package io.ngrokd.plugin.dns.windows;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;

/** What our Windows remembers, in a folder, since the PowerShell is a process of its own: rules and a few facts. */
final class RuleStore {

    private static final String RULE = "rule-";

    private final Path folder;

    RuleStore(Path folder) {
        this.folder = folder;
    }

    /** All rules, in the order of their names. Properties with several values have commas between them. */
    List<Map<String, String>> all() throws IOException {
        List<Map<String, String>> rules = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith(RULE)).sorted().toList()) {
                Properties properties = new Properties();
                try (Reader reader = Files.newBufferedReader(file)) {
                    properties.load(reader);
                }
                Map<String, String> rule = new LinkedHashMap<>();
                properties.stringPropertyNames().forEach(key -> rule.put(key, properties.getProperty(key)));
                rules.add(rule);
            }
        }
        return rules;
    }

    /** Returns the new rule's name. */
    String add(String namespace, String nameServers, String comment) throws IOException {
        String name = "{" + UUID.randomUUID().toString().toUpperCase(java.util.Locale.ROOT) + "}";
        Properties properties = new Properties();
        properties.setProperty("Name", name);
        properties.setProperty("Namespace", namespace);
        properties.setProperty("NameServers", nameServers);
        properties.setProperty("Comment", comment);
        try (Writer writer = Files.newBufferedWriter(folder.resolve(RULE + name))) {
            properties.store(writer, null);
        }
        return name;
    }

    /** Returns whether there was one. */
    boolean remove(String name) throws IOException {
        return Files.deleteIfExists(folder.resolve(RULE + name));
    }

    boolean has(String fact) {
        return Files.exists(folder.resolve(fact));
    }

    String get(String fact) throws IOException {
        return has(fact) ? Files.readString(folder.resolve(fact)) : "";
    }

    void clear(String fact) throws IOException {
        Files.deleteIfExists(folder.resolve(fact));
    }

    void set(String fact, String value) throws IOException {
        Files.writeString(folder.resolve(fact), value);
    }
}
