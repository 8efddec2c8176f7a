package io.ngrokd.plugin.dns.windows;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The DNS servers that Windows asks itself: those of the connected interfaces, the one with the lowest metric first. */
final class NameServers {

    private static final Logger LOG = LoggerFactory.getLogger(NameServers.class);

    /** How long a caller of the daemon's waits. PowerShell may take longer to start; then its answer is there for the next one. */
    static final Duration PATIENCE = Duration.ofMillis(1800);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String SCRIPT = "$ProgressPreference = 'SilentlyContinue'; $ErrorActionPreference = 'Stop'; "
            + "ConvertTo-Json -Compress -Depth 3 -InputObject @(Get-NetIPInterface -ConnectionState Connected | "
            + "Select-Object -Property InterfaceIndex, InterfaceMetric); "
            + "ConvertTo-Json -Compress -Depth 3 -InputObject @(Get-DnsClientServerAddress | "
            + "Select-Object -Property InterfaceIndex, ServerAddresses)";

    /** Windows lists these for IPv6 interfaces that have no server; nobody answers there. */
    private static final String NO_SERVER = "fec0:0:0:ffff:";

    private final PowerShell powerShell;
    private final Duration patience;
    private final AtomicReference<CompletableFuture<List<InetSocketAddress>>> asking = new AtomicReference<>();
    private volatile List<InetSocketAddress> known = List.of();

    NameServers(PowerShell powerShell, Duration patience) {
        this.powerShell = powerShell;
        this.patience = patience;
    }

    /** Waits as long as its patience lasts for the present ones; else those that were known last. */
    List<InetSocketAddress> current() {
        CompletableFuture<List<InetSocketAddress>> mine = new CompletableFuture<>();
        CompletableFuture<List<InetSocketAddress>> running = asking.compareAndExchange(null, mine);
        if (running == null) {
            running = mine;
            Thread.ofVirtual().start(() -> ask(mine));
        }
        try {
            return running.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException slow) {
            LOG.info("Windows takes its time to name its DNS servers; those known before count until then servers={}", known);
        } catch (ExecutionException failure) {
            LOG.warn("The DNS servers of this machine are unknown; name some in dns.upstreams reason=\"{}\"",
                    failure.getCause().getMessage());
        }
        return known;
    }

    private void ask(CompletableFuture<List<InetSocketAddress>> answer) {
        try {
            PowerShell.Result result = powerShell.run(LIMIT, SCRIPT);
            if (result.exitCode() != 0) {
                throw new IOException("PowerShell ended with exit code " + result.exitCode() + ": " + NrptTable.gist(result.errors()));
            }
            known = parse(result.output());
            asking.set(null);
            answer.complete(known);
        } catch (IOException | RuntimeException failure) {
            asking.set(null);
            answer.completeExceptionally(failure);
        }
    }

    /**
     * @param output two lists of objects, each on a line that a narrow console may have broken
     * @throws IllegalArgumentException when it is something else
     */
    static List<InetSocketAddress> parse(String output) {
        String all = output.replaceAll("[\r\n]", "");
        int second = all.indexOf("][");
        if (second < 0) {
            throw new IllegalArgumentException("PowerShell printed something unexpected: " + NrptTable.gist(output));
        }
        Map<Integer, Integer> metrics = new HashMap<>();
        for (JsonObject connected : Json.objects(all.substring(0, second + 1))) {
            metrics.merge(connected.getInteger("InterfaceIndex"), connected.getInteger("InterfaceMetric"), Math::min);
        }
        List<JsonObject> interfaces = new ArrayList<>(Json.objects(all.substring(second + 1)));
        interfaces.removeIf(each -> !metrics.containsKey(each.getInteger("InterfaceIndex")));
        interfaces.sort(Comparator.comparing(each -> metrics.get(each.getInteger("InterfaceIndex"))));
        return interfaces.stream().flatMap(each -> Json.strings(each, "ServerAddresses").stream())
                .filter(address -> !address.startsWith(NO_SERVER))
                .map(address -> new InetSocketAddress(InetAddress.ofLiteral(address), 53)).distinct().toList();
    }
}
