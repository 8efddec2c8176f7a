package io.ngrokd.benchmark;

import io.ngrokd.benchmark.load.DistanceMain;
import io.ngrokd.benchmark.load.LoadMain;
import io.ngrokd.benchmark.load.Names;
import io.ngrokd.testing.ProcessNamespace;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/** The processes of a benchmark in a network of their own. Closing it ends all of them, from any thread. */
final class Lab implements AutoCloseable {

    /** HAProxy's OpenSSL knows no hybrid key exchange; ngrokd would agree with the cloud on X25519MLKEM768, which is dearer for both. */
    private static final String SAME_KEY_EXCHANGE = "-Djdk.tls.namedGroups=x25519,secp256r1,secp384r1";

    private static final int ONE_WAY_MILLIS = 25;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(40);
    private static final List<String> JAVA_OPTIONS = List.of("-XX:+UseSerialGC", "-Xms256m", "-Xmx256m", "-Xmn128m",
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Dsun.net.inetaddr.ttl=0");

    private final Options options;
    private final Path folder;
    private final Path home;
    private final ProcessNamespace namespace;
    private Program cloud;
    private Program daemon;
    private Program haproxy;
    private LoadGenerator load;
    private boolean distant;
    private int starts;
    /** By name; also for whoever closes this while it is still starting. */
    private final Map<String, Program> running = new HashMap<>();
    private boolean closed;

    private Lab(Options options, Path folder, Path home, ProcessNamespace namespace) {
        this.options = options;
        this.folder = folder;
        this.home = home;
        this.namespace = namespace;
    }

    /** Opens the network; nothing runs in it yet. */
    static Lab open(Options options, Path folder) throws IOException {
        try {
            return new Lab(options, folder, Installation.of(options.zip, folder), ProcessNamespace.open());
        } catch (TestAbortedException reason) {
            throw new IOException(reason.getMessage(), reason);
        }
    }

    /** Starts everything; returns when each contender serves each endpoint. */
    void start() throws IOException, InterruptedException {
        Files.createDirectories(options.output);
        // Connections come and go by the thousand a second: all ports there are.
        namespace.exec(List.of("sysctl", "-qw", "net.ipv4.ip_local_port_range=10000 65535"));
        // Beyond 2,000 connections that have ended the system forgets them at once: ports do not run out, nor does the time to look for one.
        namespace.exec(List.of("sysctl", "-qw", "net.ipv4.tcp_max_tw_buckets=2000"));
        Files.writeString(folder.resolve("cloud.yml"), Configurations.cloud());
        cloud = start("cloud", java("io.ngrokd.cloud.LocalCloudCommand", "--config", folder.resolve("cloud.yml").toString()));
        await("the local cloud is up", cloud, () -> text(cloud.log()).contains("The local cloud is up."));
        startNear("distance", java(DistanceMain.class.getName(), Integer.toString(Configurations.DISTANT_PORT),
                Integer.toString(Configurations.INGRESS_PORT), Integer.toString(ONE_WAY_MILLIS)));
        load = new LoadGenerator(startNear("load", java(LoadMain.class.getName())));
        startDaemon();
        startHaproxy();
    }

    LoadGenerator load() {
        return load;
    }

    Program cloud() {
        return cloud;
    }

    Program forwarder(Contender contender) {
        return contender == Contender.NGROKD ? daemon : haproxy;
    }

    /** A fresh one, as if nothing had been carried yet. */
    void restart(Contender contender) throws IOException, InterruptedException {
        forwarder(contender).end();
        if (contender == Contender.NGROKD) {
            startDaemon();
        } else {
            startHaproxy();
        }
    }

    /** Moves the daemon's ingress away, or back. */
    void distant(boolean wanted) throws IOException, InterruptedException {
        if (distant != wanted) {
            distant = wanted;
            restart(Contender.NGROKD);
        }
    }

    private void startDaemon() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("config.yml"), Configurations.daemon(folder, folder.resolve("state/ca.pem"),
                distant ? Configurations.DISTANT_PORT : Configurations.INGRESS_PORT));
        daemon = start("daemon", List.of(home.resolve("bin/ngrokd").toString(), "--config=" + folder.resolve("config.yml")));
        await("the daemon serves its endpoints", daemon, () -> answers(Contender.NGROKD));
    }

    private void startHaproxy() throws IOException, InterruptedException {
        Path identity = folder.resolve("client.pem");
        Files.writeString(identity, text(folder.resolve("state/tls.crt")) + text(folder.resolve("state/tls.key")));
        Files.writeString(folder.resolve("haproxy.cfg"), Configurations.haproxy(identity, folder.resolve("state/ca.pem")));
        haproxy = start("haproxy", List.of("haproxy", "-db", "-f", folder.resolve("haproxy.cfg").toString()));
        await("HAProxy serves its endpoints", haproxy, () -> answers(Contender.HAPROXY));
    }

    private boolean answers(Contender contender) throws InterruptedException {
        try {
            for (Row.Place place : List.of(Row.Place.ECHO, Row.Place.BYTES)) {
                load.run("hold", Configurations.address(contender, place), 1, 0);
                load.run("release", Configurations.address(contender, place), 1, 0);
            }
            load.run("keep-alive", Configurations.address(contender, Row.Place.WEB), 1, 1);
            load.run("tls-connections", Configurations.address(contender, Row.Place.TLS), Names.TLS.size(), 0);
            load.run("hello-connections", Configurations.address(contender, Row.Place.HELLO), Names.HELLO.size(), 1);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private List<String> java(String main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
        command.addAll(JAVA_OPTIONS);
        command.addAll(List.of("-cp", absoluteClassPath(), main));
        command.addAll(List.of(arguments));
        return command;
    }

    private static String absoluteClassPath() {
        return String.join(File.pathSeparator, List.of(System.getProperty("java.class.path").split(File.pathSeparator)).stream()
                .map(entry -> Path.of(entry).toAbsolutePath().toString()).toList());
    }

    private Program start(String name, List<String> command) throws IOException {
        Path log = log(name);
        return start(name, log, builder(command).redirectErrorStream(true).redirectOutput(log.toFile())
                .redirectInput(new File("/dev/null")));
    }

    /** One that is talked to through its standard input and output, and ends when they do. */
    private Program startNear(String name, List<String> command) throws IOException {
        Path log = log(name);
        return start(name, log, builder(command).redirectError(log.toFile()));
    }

    private synchronized Program start(String name, Path log, ProcessBuilder builder) throws IOException {
        if (closed) {
            throw new IOException("told to stop while " + name + " was to be started");
        }
        Program program = new Program(name, namespace.start(builder), log);
        running.put(name, program);
        return program;
    }

    private Path log(String name) {
        return options.output.toAbsolutePath().resolve(name + "-" + ++starts + ".log");
    }

    private ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("NGROK") || name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        environment.put("NGROK_API_KEY", Configurations.KEY);
        environment.put("NGROKD_JAVA_HOME", System.getProperty("java.home"));
        environment.put("NGROKD_JAVA_OPTS", SAME_KEY_EXCHANGE + " " + options.daemonOptions);
        return builder;
    }

    private static void await(String what, Program program, Condition condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.holds()) {
            program.check();
            if (System.nanoTime() > deadline) {
                throw new IOException("not within " + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS) + " s: " + what
                        + "; see " + program.log());
            }
            Thread.sleep(100);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    @Override
    public synchronized void close() {
        closed = true;
        // The daemon first, while its cloud is still there.
        for (String name : List.of("daemon", "haproxy", "load", "distance", "cloud")) {
            Optional.ofNullable(running.remove(name)).ifPresent(Program::end);
        }
        namespace.close();
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }
}
