package io.ngrokd.kernel.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * A key of the configuration: all that is known of it. The reader, the variables of the environment, {@code config show},
 * the JSON schema and the checks of the reference file are made of this.
 *
 * @param path as in {@code net.start_port}
 * @param type what its value may be
 * @param fallback what counts when nobody sets it, out of the other values; empty when there is no fixed default
 * @param without what counts then, in words
 * @param description a sentence for editors and {@code config show}
 * @param variables further variables of the environment that set it
 * @param restart whether a change counts only from the next start
 * @param secret whether its value, or a part of it, is never shown
 * @param <T> what the kernel gets
 */
record Key<T>(
        String path, ValueType<T> type, Function<Values, Optional<T>> fallback, String without, String description, Variables variables,
        boolean restart, boolean secret) {

    private static final String PREFIX = "NGROKD_";

    /**
     * Further variables of the environment.
     *
     * @param before they come before the file
     * @param files they name a file that holds the value, and come before the config file
     * @param behind they count when the file has nothing
     * @param instead what to do rather than set one of those behind, for messages
     */
    record Variables(List<String> before, List<String> files, List<String> behind, String instead) {

        static final Variables NONE = new Variables(List.of(), List.of(), List.of(), "");
    }

    static <T> Key<T> of(String path, ValueType<T> type, T fallback, String description) {
        return new Key<>(path, type, values -> Optional.of(fallback), "", description, Variables.NONE, false, false);
    }

    /** A key without a fixed default. */
    static <T> Key<T> open(String path, ValueType<T> type, String without, String description) {
        return new Key<>(path, type, values -> Optional.empty(), without, description, Variables.NONE, false, false);
    }

    /** The same, counting from the next start only. */
    Key<T> atStart() {
        return new Key<>(path, type, fallback, without, description, variables, true, secret);
    }

    /** The same, with something in it that is never shown. */
    Key<T> hidden() {
        return new Key<>(path, type, fallback, without, description, variables, restart, true);
    }

    /** The same, with variables that other programs know as well. */
    Key<T> or(Variables more) {
        return new Key<>(path, type, fallback, without, description, more, restart, secret);
    }

    /** The same, with a default that follows from other values. */
    Key<T> derived(Function<Values, T> from) {
        return new Key<>(path, type, values -> Optional.of(from.apply(values)), without, description, variables, restart, secret);
    }

    /** The key's own variables: {@code NGROKD_NET_START_PORT}; for {@code ingressEndpoint} two, since people write both. */
    List<String> ownVariables() {
        String name = PREFIX + path.replace('.', '_').toUpperCase(Locale.ROOT);
        String parted = PREFIX + path.replace('.', '_').replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
        return name.equals(parted) ? List.of(name) : List.of(name, parted);
    }

    /** The variables that come before the file, those of other programs first. */
    List<String> variablesBeforeFile() {
        List<String> all = new ArrayList<>(variables.before());
        all.addAll(ownVariables());
        return all;
    }

    /** The last part of the path. */
    String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** The group that it is in; empty at the top. */
    String group() {
        return path.substring(0, Math.max(0, path.lastIndexOf('.')));
    }

    /** Its value for {@code config show}, secrets masked. */
    JsonNode json(Object value) {
        @SuppressWarnings("unchecked")
        T own = (T) value;
        return type.json(own);
    }
}
