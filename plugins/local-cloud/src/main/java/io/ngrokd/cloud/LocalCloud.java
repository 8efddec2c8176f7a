package io.ngrokd.cloud;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.ngrokd.cloud.api.ApiServer;
import io.ngrokd.cloud.api.Operators;
import io.ngrokd.cloud.authority.CertificateAuthority;
import io.ngrokd.cloud.backend.SampleBackends;
import io.ngrokd.cloud.config.CloudConfig;
import io.ngrokd.cloud.config.CloudConfigReader;
import io.ngrokd.cloud.config.ConfigException;
import io.ngrokd.cloud.config.ConfigWatcher;
import io.ngrokd.cloud.config.EndpointConfig;
import io.ngrokd.cloud.config.HostPort;
import io.ngrokd.cloud.endpoint.Endpoints;
import io.ngrokd.cloud.fault.Faults;
import io.ngrokd.cloud.ingress.IngressServer;
import io.ngrokd.cloud.transport.Transport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running local cloud. Its ports are open when {@code start} returns and closed when {@code close} does. */
public final class LocalCloud implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LocalCloud.class);
    private static final int EVENT_LOOPS = 2;
    private static final int WORKERS = 4;
    private static final long PATIENCE_SECONDS = 20;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS)
            .setWorkerPoolSize(WORKERS)
            // Nothing is served from the class path, so no cache folder is needed in the system's temp folder.
            .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
    private final Transport transport;
    private final EventLoopGroup group;
    private final Endpoints endpoints = new Endpoints();
    private final Faults faults = new Faults();
    private final CertificateAuthority authority;
    private final Operators operators;
    private final SampleBackends samples;
    private final ApiServer api;
    private volatile CloudConfig config;
    private int apiPort;
    private int ingressPort;
    private IngressServer ingress;
    private ConfigWatcher watcher;

    private LocalCloud(CloudConfig config, CertificateAuthority authority, Operators operators) {
        this.config = config;
        this.transport = Transport.of(config.ingress().nativeTls());
        this.group = new MultiThreadIoEventLoopGroup(EVENT_LOOPS, transport.ioHandlers());
        this.authority = authority;
        this.operators = operators;
        this.samples = new SampleBackends(vertx, group, transport, authority, endpoints);
        this.api = new ApiServer(vertx, config, authority, operators, endpoints, faults, this::ingressEndpoint);
    }

    /** Starts a cloud whose endpoints change only through {@link #endpoints(List)}. */
    public static LocalCloud start(CloudConfig config) throws IOException {
        // Before anything has threads, because these two may find files that they can't use.
        CertificateAuthority authority = CertificateAuthority.open(config.stateDirectory());
        LocalCloud cloud = new LocalCloud(config, authority, Operators.open(config.stateDirectory()));
        try {
            cloud.open();
            return cloud;
        } catch (IOException | RuntimeException e) {
            cloud.close();
            throw e;
        }
    }

    /** Starts a cloud from its file and follows the changes of that file. */
    public static LocalCloud start(Path file) throws IOException, ConfigException {
        byte[] content = Files.readAllBytes(file);
        LocalCloud cloud = start(CloudConfigReader.read(file, new String(content, StandardCharsets.UTF_8)));
        cloud.watcher = ConfigWatcher.watch(file, content, cloud::apply);
        return cloud;
    }

    private void open() throws IOException {
        endpoints.replace(config.endpoints());
        faults.replace(config.faults().api());
        faults.replaceIngress(config.faults().ingress());
        if (config.faults().forgetOperators()) {
            forgetOperators();
        }
        samples.start();
        ingress = new IngressServer(group, transport, config.ingress(), authority, operators, endpoints, samples, faults);
        ingressPort = ingress.start();
        HostPort listen = config.api().listen();
        apiPort = await(api.start(listen.host(), listen.port()), "The API can't listen on " + listen);
    }

    /** Takes over what may change while the cloud runs. */
    private synchronized void apply(CloudConfig changed) {
        CloudConfig before = config;
        if (!changed.api().listen().equals(before.api().listen()) || !changed.ingress().equals(before.ingress())
                || !changed.stateDirectory().equals(before.stateDirectory())) {
            LOG.warn("The listen addresses, the ingress and the state_dir change only at the next start.");
        }
        config = changed;
        endpoints.replace(changed.endpoints());
        api.keys(changed.api().keys());
        api.certificateLifetime(changed.certificateLifetime());
        // Behind the rest: whoever waits for a fault to show may rely on all that came with it.
        faults.replaceIngress(changed.faults().ingress());
        faults.replace(changed.faults().api());
        if (changed.faults().forgetOperators() && !before.faults().forgetOperators()) {
            forgetOperators();
        }
        LOG.info("The changed configuration is in force. endpoints={}", changed.endpoints().size());
    }

    /** Replaces all endpoints. */
    public void endpoints(List<EndpointConfig> configs) {
        endpoints.replace(configs);
    }

    /** What goes wrong on purpose. */
    public Faults faults() {
        return faults;
    }

    /** As if somebody had deleted all operators: the API answers 404, the ingress refuses their certificates. */
    public void forgetOperators() {
        try {
            operators.forgetAll();
            LOG.info("All operators were forgotten.");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The ids of the operators that are registered. */
    public List<String> operatorIds() {
        return List.copyOf(operators.ids());
    }

    public String apiUrl() {
        return "http://" + new HostPort(reachable(config.api().listen().host()), apiPort);
    }

    public List<String> apiKeys() {
        return config.api().keys();
    }

    /** The name that operators are told, which is in the server's certificate. */
    public String ingressHost() {
        return config.ingress().hostNames().getFirst();
    }

    public int ingressPort() {
        return ingressPort;
    }

    public String ingressEndpoint() {
        return new HostPort(ingressHost(), ingressPort).toString();
    }

    /** The file with the root that signs the ingress's certificate and those of the sample backends. */
    public Path caFile() {
        return authority.rootFile();
    }

    public String caPem() {
        try {
            return authority.rootPem();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (watcher != null) {
            watcher.close();
        }
        if (ingress != null) {
            ingress.stop();
        }
        samples.stop();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        try {
            await(vertx.close(), "Vert.x can't be closed");
        } catch (IOException e) {
            LOG.warn("The local cloud did not close cleanly.", e);
        }
    }

    /** Where a client on this machine reaches a server that listens on all addresses. */
    private static String reachable(String host) {
        return switch (host) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "::1";
            default -> host;
        };
    }

    private static <T> T await(Future<T> future, String failure) throws IOException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(failure + ": interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException(failure + ": " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException(failure + ": it takes too long", e);
        }
    }
}
