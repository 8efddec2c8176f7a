package io.ngrokd.kernel.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What was set, key by key, and by whom; defaults fill the rest. Not safe for several threads. */
final class Values {

    private final Map<String, Object> set = new HashMap<>();
    private final Map<String, Origin> origins = new HashMap<>();

    <T> void put(Key<T> key, T value, Origin origin) {
        set.put(key.path(), value);
        origins.put(key.path(), origin);
    }

    /** The value that counts; empty for a key without a default that nobody set. */
    <T> Optional<T> find(Key<T> key) {
        @SuppressWarnings("unchecked")
        T own = (T) set.get(key.path());
        return own == null ? key.fallback().apply(this) : Optional.of(own);
    }

    /** The value of a key with a default. */
    <T> T get(Key<T> key) {
        return find(key).orElseThrow(() -> new IllegalStateException(key.path() + " has no default"));
    }

    Origin origin(Key<?> key) {
        return origins.getOrDefault(key.path(), Origin.BUILT_IN);
    }
}
