package io.ngrokd.cloud.api;

import io.ngrokd.cloud.endpoint.Endpoint;
import io.ngrokd.cloud.endpoint.Selector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The registered operators; every change is on disk before it is answered. */
public final class Operators {

    private final OperatorFile file;
    private final ConcurrentSkipListMap<String, Operator> byId = new ConcurrentSkipListMap<>(Collections.reverseOrder());

    private Operators(OperatorFile file, Map<String, Operator> saved) {
        this.file = file;
        this.byId.putAll(saved);
    }

    public static Operators open(Path folder) throws IOException {
        OperatorFile file = new OperatorFile(folder.resolve("operators.json"));
        return new Operators(file, file.load());
    }

    /** Whether this operator is registered; one that was deleted is not. */
    public boolean isKnown(String id) {
        return byId.containsKey(id);
    }

    /** Whether this operator may reach this endpoint. */
    public boolean sees(String id, Endpoint endpoint) {
        Operator operator = byId.get(id);
        return operator != null && endpoint.boundToKubernetes() && Selector.anySelects(operator.selectors(), endpoint);
    }

    public Collection<String> ids() {
        return Collections.unmodifiableCollection(byId.keySet());
    }

    /** As if all had been deleted behind their backs. */
    public synchronized void forgetAll() throws IOException {
        byId.clear();
        file.save(byId.values());
    }

    Optional<Operator> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** The highest id first. */
    Collection<Operator> all() {
        return Collections.unmodifiableCollection(byId.values());
    }

    synchronized void put(Operator operator) throws IOException {
        byId.put(operator.id(), operator);
        file.save(byId.values());
    }

    synchronized boolean remove(String id) throws IOException {
        if (byId.remove(id) == null) {
            return false;
        }
        file.save(byId.values());
        return true;
    }
}
