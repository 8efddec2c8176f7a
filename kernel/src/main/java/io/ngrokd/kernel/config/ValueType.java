package io.ngrokd.kernel.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * What a key's value may be: how it is read, shown, and told to editors.
 *
 * @param <T> what the kernel gets
 */
interface ValueType<T> {

    /**
     * Reads a value of the file that is not left empty.
     *
     * @param source is told what is wrong
     * @return empty when it is wrong
     */
    Optional<T> read(YamlNode node, Source source);

    /** Reads a variable of the environment, which is not blank; otherwise as {@link #read}. */
    Optional<T> readVariable(String text, Source source);

    /** For {@code config show}. Of a secret only what may be seen. */
    JsonNode json(T value);

    /** What JSON schema says of such a value: its type and limits. */
    ObjectNode schema();
}
