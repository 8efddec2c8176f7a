package io.ngrokd.kernel.stage;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;

/** Passes immutable records over the bus of one process by reference. */
final class ReferenceCodec<T> implements MessageCodec<T, T> {

    private final Class<T> type;

    private ReferenceCodec(Class<T> type) {
        this.type = type;
    }

    static <T> void register(EventBus bus, Class<T> type) {
        bus.registerDefaultCodec(type, new ReferenceCodec<>(type));
    }

    @Override
    public void encodeToWire(Buffer buffer, T value) {
        throw new UnsupportedOperationException(type.getName() + " never leaves the process");
    }

    @Override
    public T decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException(type.getName() + " never leaves the process");
    }

    @Override
    public T transform(T value) {
        return value;
    }

    @Override
    public String name() {
        return type.getName();
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
