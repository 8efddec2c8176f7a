package io.ngrokd.kernel.ngrok;

import java.util.List;

/**
 * What an operator says of itself.
 *
 * @param description at most 255 bytes
 * @param metadata at most 4096 bytes, JSON by habit
 * @param region fixed by the registration
 * @param selectors CEL expressions that choose endpoints
 */
public record OperatorSettings(String description, String metadata, String region, List<String> selectors) {

    public OperatorSettings {
        selectors = List.copyOf(selectors);
    }

    /** Whether an operator that says the other would have to be changed to say this. */
    public boolean differsFrom(OperatorSettings other) {
        return !description.equals(other.description) || !metadata.equals(other.metadata) || !selectors.equals(other.selectors);
    }
}
