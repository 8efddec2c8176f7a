package io.ngrokd.plugin.dns.resolvconf;

import io.ngrokd.api.spi.Availability;
import io.ngrokd.kit.system.ResolvConf;
import io.ngrokd.kit.system.SystemRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who has the say over resolv.conf here. */
sealed interface Place {

    /** The name that everybody reads. */
    String RESOLV_CONF = "/etc/resolv.conf";

    /** The file, which we may edit. */
    record PlainFile(Path file, String facts) implements Place {
        @Override
        public Availability availability() {
            return Availability.yes(facts);
        }
    }

    /** The program resolvconf, which puts the file together from what several programs tell it. */
    record Resolvconf(Path program, Path file) implements Place {
        @Override
        public Availability availability() {
            return Availability.yes(RESOLV_CONF + " is put together by resolvconf");
        }
    }

    /** Somebody with whom there is no arrangement. */
    record NotOurs(String reason) implements Place {
        @Override
        public Availability availability() {
            return Availability.no(reason);
        }
    }

    Availability availability();

    /** Looks at the machine. */
    static Place find(SystemRoot root) {
        try {
            Path file = root.real(RESOLV_CONF);
            String name = root.name(file);
            String text = ResolvConf.read(file);
            if (name.startsWith("/run/systemd/resolve/") || name.equals("/usr/lib/systemd/resolv.conf")
                    || name.equals("/lib/systemd/resolv.conf")) {
                return new NotOurs(RESOLV_CONF + " leads to " + name + ", which is systemd-resolved's");
            }
            Optional<Path> resolvconf = resolvconf(root);
            if (resolvconf.isPresent() && (name.startsWith("/run/resolvconf/") || writer(text).equals(Optional.of("resolvconf")))) {
                return new Resolvconf(resolvconf.get(), file);
            }
            String facts = !Files.exists(file) ? name + " does not exist yet"
                    : writer(text).map(writer -> name + " is written by " + writer).orElse(name + " is a plain file")
                            + (Files.isWritable(file) ? "" : " and cannot be written now");
            return new PlainFile(file, name.equals(RESOLV_CONF) ? facts : RESOLV_CONF + " leads to " + name + "; " + facts);
        } catch (IOException unreadable) {
            return new NotOurs(RESOLV_CONF + " cannot be read: " + unreadable);
        }
    }

    /** Who says in the file that it writes it. */
    static Optional<String> writer(String text) {
        Pattern words = Pattern.compile("(?i)(?:generated|written|managed|created|updated) by (?:the )?([A-Za-z][\\w-]*)");
        List<String> comments = text.lines().filter(line -> line.startsWith("#") || line.startsWith(";"))
                .filter(line -> !line.contains("ngrokd")).limit(20).toList();
        for (String comment : comments) {
            // Debian's says it in a way of its own.
            if (comment.toLowerCase(Locale.ROOT).contains("resolvconf(8)") || comment.contains("resolvconf -")) {
                return Optional.of("resolvconf");
            }
            Matcher said = words.matcher(comment);
            if (said.find()) {
                return Optional.of(said.group(1));
            }
        }
        return Optional.empty();
    }

    /** The real one: systemd brings a program of that name that speaks to systemd-resolved. */
    private static Optional<Path> resolvconf(SystemRoot root) throws IOException {
        Optional<Path> program = root.program("resolvconf");
        return program.isPresent() && root.real(root.name(program.get())).getFileName().toString().equals("resolvectl")
                ? Optional.empty() : program;
    }
}
