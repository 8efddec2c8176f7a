package io.ngrokd.kernel.discovery;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ngrokd.kernel.ngrok.RemoteEndpoint;
import io.ngrokd.kernel.state.AtomicFile;
import io.ngrokd.kernel.state.CorruptFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last complete listing, kept in {@code endpoints.json}: the next start serves it at once, and ngrok's API is asked behind
 * it. Endpoints come up even while the API is down. Not safe for use by several threads.
 */
public final class KnownEndpoints {

    private static final Logger LOG = LoggerFactory.getLogger(KnownEndpoints.class);
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final Path file;
    private Listing saved;

    public KnownEndpoints(Path file) {
        this.file = file;
    }

    /**
     * A listing, and whose it is: for another account or operator it says nothing.
     *
     * @param api the URL of the API that gave it
     * @param operatorId the operator that the endpoints are bound to
     * @param ingress where connections went, {@code host:port}
     */
    public record Listing(String api, String operatorId, String ingress, List<RemoteEndpoint> endpoints) {

        public Listing {
            Objects.requireNonNull(api, "api");
            Objects.requireNonNull(operatorId, "operatorId");
            Objects.requireNonNull(ingress, "ingress");
            endpoints = List.copyOf(endpoints);
        }
    }

    /** What an earlier run saw last; a corrupt file is set aside. */
    public Optional<Listing> load() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            saved = JSON.readValue(Files.readAllBytes(file), Listing.class);
        } catch (JacksonException corrupt) {
            setAside(corrupt);
        } catch (IOException unreadable) {
            LOG.warn("The endpoints of the last run cannot be read; ngrok is asked first. file={} cause={}", file, unreadable.toString());
        }
        return Optional.ofNullable(saved);
    }

    /**
     * The same for somebody who only wants to look: nothing is set aside.
     *
     * @return empty when there is no such file, or it is corrupt
     * @throws IOException when it cannot be read
     */
    public static Optional<Listing> look(Path file) throws IOException {
        try {
            return Optional.ofNullable(JSON.readValue(Files.readAllBytes(file), Listing.class));
        } catch (JacksonException | NoSuchFileException none) {
            return Optional.empty();
        }
    }

    private void setAside(JacksonException corrupt) {
        try {
            LOG.error("The endpoints of the last run were corrupt and are set aside; ngrok is asked first. file={} aside={} cause={}",
                    file, CorruptFile.setAside(file), corrupt.getOriginalMessage());
        } catch (IOException stays) {
            LOG.warn("The endpoints of the last run are corrupt and stay where they are. file={} cause={}", file, stays.toString());
        }
    }

    /** Keeps a listing for the next start; writes nothing when nothing changed. That it cannot be kept stops nobody. */
    public void save(Listing listing) {
        if (listing.equals(saved)) {
            return;
        }
        try {
            AtomicFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(listing) + "\n", AtomicFile.PRIVATE);
            saved = listing;
        } catch (IOException notSaved) {
            LOG.warn("The endpoints could not be kept for the next start, which will ask ngrok first. file={} cause={}", file, notSaved.toString());
        }
    }
}
