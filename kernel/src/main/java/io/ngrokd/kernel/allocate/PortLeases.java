package io.ngrokd.kernel.allocate;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.kernel.state.AtomicFile;
import io.ngrokd.kernel.state.CorruptFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases of local ports to shared endpoints that nothing names in their first bytes, kept in {@code network_ports.json} in the Go
 * daemon's format: {@code {"host:port": localPort}}.
 *
 * <p>No port is leased twice, on whatever address: so leases hold when an endpoint's address changes. New ones go upwards from
 * the lowest free port. Not safe for use by several threads.
 */
public final class PortLeases {

    private static final Logger LOG = LoggerFactory.getLogger(PortLeases.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int HIGHEST = 65535;

    private final Path file;
    private final Map<String, Integer> leases = new TreeMap<>();

    private final boolean dry;

    /** Reads the file if there is one; a corrupt one is set aside and the leases begin anew. */
    public PortLeases(Path file) throws IOException {
        this.file = file;
        this.dry = false;
        if (Files.exists(file)) {
            try {
                Map<String, JsonNode> stored = JSON.readValue(Files.readAllBytes(file), new TypeReference<Map<String, JsonNode>>() {});
                read(stored == null ? Map.of() : stored);
            } catch (JacksonException corrupt) {
                Path aside = CorruptFile.setAside(file);
                LOG.error("The port leases were corrupt and are set aside; endpoints get new ports. file={} aside={} cause={}",
                        file, aside, corrupt.getOriginalMessage());
            }
        }
    }

    private PortLeases(Path file, Map<String, JsonNode> stored) {
        this.file = file;
        this.dry = true;
        read(stored);
    }

    /** For trying out: what the file says, if it can be read; new leases are given and never kept, nothing is written or set aside. */
    public static PortLeases dry(Path file) {
        try {
            Map<String, JsonNode> stored = JSON.readValue(Files.readAllBytes(file), new TypeReference<Map<String, JsonNode>>() {});
            return new PortLeases(file, stored == null ? Map.of() : stored);
        } catch (IOException absentOrCorrupt) {
            return new PortLeases(file, Map.of());
        }
    }

    private void read(Map<String, JsonNode> stored) {
        Map<Integer, String> holders = new HashMap<>();
        new TreeMap<>(stored).forEach((endpoint, value) -> {
            int port = value != null && value.canConvertToInt() && value.isIntegralNumber() ? value.intValue() : 0;
            if (port < 1 || port > HIGHEST) {
                LOG.warn("A lease has no port and is dropped. file={} endpoint={} value={}", file, endpoint, value);
                return;
            }
            String holder = holders.putIfAbsent(port, endpoint);
            if (holder == null) {
                leases.put(endpoint, port);
            } else {
                LOG.warn("A port was leased twice; the second endpoint gets another. port={} endpoint={} holder={}", port, endpoint, holder);
            }
        });
    }

    /**
     * What leasing gave.
     *
     * @param given endpoint to port; one that got none is missing
     * @param notSaved why new leases could not be saved, so that none were given; those from before hold
     */
    public record Result(Map<EndpointKey, Integer> given, Optional<IOException> notSaved) {}

    /**
     * Which ports there are.
     *
     * @param first the lowest that is leased, 1 to 65535
     * @param reserved never leased, and taken away from who has one: others need exactly these
     * @param avoided not leased anew; who has one keeps it
     */
    public record Range(int first, Set<Integer> reserved, Set<Integer> avoided) {

        boolean usable(int port) {
            return port >= first && !reserved.contains(port);
        }
    }

    /**
     * Gives every endpoint a port, the one it had if that can be.
     *
     * @param endpoints all that need one now
     */
    public Result lease(SortedSet<EndpointKey> endpoints, Range range) {
        Map<String, Integer> before = new HashMap<>(leases);
        Map<EndpointKey, Integer> given = new TreeMap<>();
        SortedSet<EndpointKey> without = new TreeSet<>();
        for (EndpointKey endpoint : endpoints) {
            Integer held = leases.get(endpoint.toString());
            if (held != null && range.usable(held)) {
                given.put(endpoint, held);
            } else {
                without.add(endpoint);
            }
        }
        assign(without, endpoints, range, given);
        Optional<IOException> notSaved = saveChanges(before);
        if (notSaved.isPresent()) {
            given.keySet().removeAll(without);
        }
        return new Result(given, notSaved);
    }

    /**
     * An endpoint is at another port for good, since somebody else holds its own: from now on that one is leased to it, unless it
     * is another's.
     *
     * @return whether it is
     */
    public boolean move(EndpointKey endpoint, int port) {
        Map<String, Integer> before = new HashMap<>(leases);
        String name = endpoint.toString();
        if (leases.entrySet().stream().anyMatch(lease -> lease.getValue() == port && !lease.getKey().equals(name))) {
            return false;
        }
        Integer old = leases.put(name, port);
        Optional<IOException> notSaved = saveChanges(before);
        if (notSaved.isPresent()) {
            LOG.warn("A port lease could not be saved. file={} cause={}", file, notSaved.get().toString());
            return false;
        }
        LOG.info("The port of an endpoint stays taken, so another one is leased to it. endpoint={} from={} to={}", name, old, port);
        return true;
    }

    private void assign(SortedSet<EndpointKey> without, SortedSet<EndpointKey> endpoints, Range range, Map<EndpointKey, Integer> given) {
        without.forEach(endpoint -> leases.remove(endpoint.toString()));
        Set<Integer> taken = new HashSet<>(leases.values());
        int next = range.first();
        for (EndpointKey endpoint : without) {
            while (next <= HIGHEST && (taken.contains(next) || range.avoided().contains(next) || !range.usable(next))) {
                next++;
            }
            int port = next <= HIGHEST ? next++ : takeBack(endpoints, range);
            if (port > 0) {
                leases.put(endpoint.toString(), port);
                given.put(endpoint, port);
            }
        }
    }

    /** The port of an endpoint that is not here now: better than serving nobody new; 0 when there is none. */
    private int takeBack(SortedSet<EndpointKey> endpoints, Range range) {
        for (Map.Entry<String, Integer> lease : leases.entrySet()) {
            if (range.usable(lease.getValue()) && endpoints.stream().noneMatch(endpoint -> endpoint.toString().equals(lease.getKey()))) {
                LOG.info("All ports are leased: an absent endpoint's port is handed on. port={} from={}", lease.getValue(), lease.getKey());
                leases.remove(lease.getKey());
                return lease.getValue();
            }
        }
        return 0;
    }

    private Optional<IOException> saveChanges(Map<String, Integer> before) {
        if (dry || leases.equals(before)) {
            return Optional.empty();
        }
        try {
            AtomicFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(leases) + "\n", AtomicFile.PUBLIC);
            return Optional.empty();
        } catch (IOException notSaved) {
            leases.clear();
            leases.putAll(before);
            return Optional.of(notSaved);
        }
    }
}
