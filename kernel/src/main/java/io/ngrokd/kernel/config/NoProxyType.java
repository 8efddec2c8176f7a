package io.ngrokd.kernel.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.kernel.config.YamlNode.Place;
import io.ngrokd.kernel.proxy.NoProxy;
import java.util.List;
import java.util.Optional;

/** The exceptions from the proxy: a list in the file, {@code a,b c} in the environment as other programs have it. */
final class NoProxyType implements ValueType<NoProxy> {

    private static final ListType<String> TEXTS = new ListType<>(ScalarType.text(), "[.internal, 10.0.0.0/8]");

    @Override
    public Optional<NoProxy> read(YamlNode node, Source source) {
        return TEXTS.read(node, source).flatMap(entries -> checked(() -> new NoProxy(entries), node.place(), source));
    }

    @Override
    public Optional<NoProxy> readVariable(String text, Source source) {
        return checked(() -> NoProxy.parse(text), new Place(0, 0, 0, 0), source);
    }

    private interface Maker {
        NoProxy make();
    }

    private static Optional<NoProxy> checked(Maker maker, Place place, Source source) {
        try {
            return Optional.of(maker.make());
        } catch (IllegalArgumentException unusable) {
            source.wrong(place, unusable.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public JsonNode json(NoProxy value) {
        return TEXTS.json(List.copyOf(value.entries()));
    }

    @Override
    public ObjectNode schema() {
        return TEXTS.schema();
    }
}
