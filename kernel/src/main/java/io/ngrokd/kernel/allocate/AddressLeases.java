package io.ngrokd.kernel.allocate;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.kernel.state.AtomicFile;
import io.ngrokd.kernel.state.CorruptFile;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases of addresses to hosts, kept in {@code ip_mappings.json} in the Go daemon's format: {@code {"host": "ip"}}.
 *
 * <p>New leases go upwards from the lowest free address. Only when the range is full are the leases of absent hosts taken
 * back. Not safe for use by several threads.
 */
public final class AddressLeases {

    private static final Logger LOG = LoggerFactory.getLogger(AddressLeases.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final Map<String, InetAddress> leases = new TreeMap<>();

    private final boolean dry;

    /** Reads the file if there is one; a corrupt one is set aside and the leases begin anew. */
    public AddressLeases(Path file) throws IOException {
        this.file = file;
        this.dry = false;
        if (Files.exists(file)) {
            try {
                Map<String, String> stored = JSON.readValue(Files.readAllBytes(file), new TypeReference<Map<String, String>>() {});
                read(stored == null ? Map.of() : stored);
            } catch (JacksonException corrupt) {
                Path aside = CorruptFile.setAside(file);
                LOG.error("The address leases were corrupt and are set aside; endpoints get new addresses. file={} aside={} cause={}",
                        file, aside, corrupt.getOriginalMessage());
            }
        }
    }

    private AddressLeases(Path file, Map<String, String> stored) {
        this.file = file;
        this.dry = true;
        read(stored);
    }

    /** For trying out: what the file says, if it can be read; new leases are given and never kept, nothing is written or set aside. */
    public static AddressLeases dry(Path file) {
        try {
            Map<String, String> stored = JSON.readValue(Files.readAllBytes(file), new TypeReference<Map<String, String>>() {});
            return new AddressLeases(file, stored == null ? Map.of() : stored);
        } catch (IOException absentOrCorrupt) {
            return new AddressLeases(file, Map.of());
        }
    }

    private void read(Map<String, String> stored) {
        // The Go daemon gave several hosts the same address when their ports differed: the first by name keeps it.
        Map<InetAddress, String> holders = new HashMap<>();
        new TreeMap<>(stored).forEach((host, text) -> {
            try {
                InetAddress address = InetAddress.ofLiteral(text == null ? "" : text);
                String holder = holders.putIfAbsent(address, host);
                if (holder == null) {
                    leases.put(host, address);
                } else {
                    LOG.warn("An address was leased twice; the second host gets another. address={} host={} holder={}", text, host, holder);
                }
            } catch (IllegalArgumentException noAddress) {
                LOG.warn("A lease has no address and is dropped. file={} host={} value={}", file, host, text);
            }
        });
    }

    /**
     * What leasing gave.
     *
     * @param given host to address; a host that got none is missing
     * @param notSaved why new leases could not be saved, so that none were given; those from before hold
     */
    public record Result(Map<String, InetAddress> given, Optional<IOException> notSaved) {}

    /**
     * Gives every host an address of the range, the one it had if that can be.
     *
     * @param hosts all hosts that need one now
     */
    public Result lease(SortedSet<String> hosts, AddressRange range) {
        Map<String, InetAddress> before = new HashMap<>(leases);
        Map<String, InetAddress> given = new TreeMap<>();
        SortedSet<String> without = new TreeSet<>();
        for (String host : hosts) {
            InetAddress held = leases.get(host);
            if (held != null && usable(held, range)) {
                given.put(host, held);
            } else {
                without.add(host);
            }
        }
        assign(without, hosts, range, given);
        if (!leases.equals(before)) {
            try {
                save();
            } catch (IOException notSaved) {
                leases.clear();
                leases.putAll(before);
                given.keySet().removeAll(without);
                return new Result(given, Optional.of(notSaved));
            }
        }
        return new Result(given, Optional.empty());
    }

    private void assign(SortedSet<String> without, SortedSet<String> hosts, AddressRange range, Map<String, InetAddress> given) {
        if (without.isEmpty()) {
            return;
        }
        leases.keySet().removeAll(without);
        Set<InetAddress> taken = new HashSet<>(leases.values());
        Iterator<String> waiting = without.iterator();
        long size = range.subnet().size();
        for (long offset = 1; offset < size && waiting.hasNext(); offset++) {
            InetAddress candidate = range.subnet().addressAt(offset);
            if (!taken.contains(candidate) && usable(candidate, range)) {
                give(waiting.next(), candidate, given);
            }
        }
        if (waiting.hasNext()) {
            takeBack(waiting, hosts, range, given);
        }
    }

    /** Hands on the leases of hosts that are not here now: better than serving nobody new. */
    private void takeBack(Iterator<String> waiting, SortedSet<String> hosts, AddressRange range, Map<String, InetAddress> given) {
        for (Map.Entry<String, InetAddress> lease : new TreeMap<>(leases).entrySet()) {
            if (!waiting.hasNext()) {
                return;
            }
            if (!hosts.contains(lease.getKey()) && usable(lease.getValue(), range)) {
                leases.remove(lease.getKey());
                String host = waiting.next();
                LOG.info("The range is full: an absent host's address is handed on. address={} from={} to={}",
                        lease.getValue().getHostAddress(), lease.getKey(), host);
                give(host, lease.getValue(), given);
            }
        }
    }

    private void give(String host, InetAddress address, Map<String, InetAddress> given) {
        leases.put(host, address);
        given.put(host, address);
    }

    private static boolean usable(InetAddress address, AddressRange range) {
        return range.subnet().contains(address) && !address.equals(range.gateway()) && !range.reserved().contains(address);
    }

    private void save() throws IOException {
        if (dry) {
            return;
        }
        Map<String, String> texts = new TreeMap<>();
        leases.forEach((host, address) -> texts.put(host, address.getHostAddress()));
        AtomicFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(texts) + "\n", AtomicFile.PUBLIC);
    }
}
