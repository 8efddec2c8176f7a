package io.ngrokd.kernel.config;

import io.ngrokd.kernel.config.YamlNode.Place;
import java.util.function.BiConsumer;

/**
 * What a value is read from, for messages.
 *
 * @param name the key, or the variable of the environment
 * @param complaint takes what is wrong and where it stands
 */
record Source(String name, BiConsumer<Place, String> complaint) {

    void wrong(Place place, String message) {
        complaint.accept(place, message);
    }
}
