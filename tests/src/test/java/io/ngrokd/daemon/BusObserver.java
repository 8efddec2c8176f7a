package io.ngrokd.daemon;

import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.NetifBackend;
import io.ngrokd.api.spi.NetifBackendFactory;
import io.ngrokd.api.spi.NetifContext;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.spec.SecretKeySpec;
import org.pf4j.Extension;

/**
 * A plugin that does nothing but listen: it writes whatever is sent on the event bus, inside out, to the file that the
 * environment names. Begins with a message of its own, which shows that it would catch a key that hides.
 */
@Extension
public final class BusObserver implements NetifBackendFactory {

    /** The variable with the file. */
    static final String FILE = "OBSERVED_MESSAGES";
    static final String CANARY = "canary-in-a-field-4711";
    static final String CANARY_HEADER = "canary-in-a-header-4712";
    static final String CANARY_KEY = "canary-in-a-key-4713, which nobody prints";

    private static final AtomicBoolean LISTENS = new AtomicBoolean();

    /** Packs it as a plugin. */
    static void pack(Path plugins) throws IOException {
        PluginJar.pack("observer", plugins, BusObserver.class, Canary.class, CanaryCodec.class, InsideOut.class);
    }

    @Override
    public String name() {
        return "observer";
    }

    @Override
    public int rank() {
        return -1;
    }

    @Override
    public Availability probe(NetifContext context) {
        if (LISTENS.compareAndSet(false, true)) {
            EventBus bus = context.vertx().eventBus();
            bus.addOutboundInterceptor(BusObserver::note);
            bus.registerDefaultCodec(Canary.class, new CanaryCodec());
            bus.publish("canary", new Canary(CANARY, new SecretKeySpec(CANARY_KEY.getBytes(StandardCharsets.UTF_8), "canary")),
                    new DeliveryOptions().addHeader("canary", CANARY_HEADER));
        }
        return Availability.no("it only listens");
    }

    @Override
    public NetifBackend create(NetifContext context) {
        throw new UnsupportedOperationException("it only listens");
    }

    private static void note(DeliveryContext<Object> delivery) {
        Object body = delivery.message().body();
        StringBuilder text = new StringBuilder("to " + delivery.message().address() + " " + delivery.message().headers() + "\n");
        InsideOut.write(body, text);
        write(text.append('\n').toString());
        delivery.next();
    }

    private static synchronized void write(String text) {
        try {
            Files.writeString(Path.of(System.getenv(FILE)), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException lost) {
            throw new IllegalStateException(lost);
        }
    }

    /** Hides its key as a careless observer would want it hidden. */
    static final class Canary {

        private final String text;
        private final SecretKeySpec key;

        Canary(String text, SecretKeySpec key) {
            this.text = text;
            this.key = key;
        }

        @Override
        public String toString() {
            return "Canary of " + (text.length() + key.getEncoded().length) + " characters";
        }
    }

    /** By reference, as the kernel's. */
    static final class CanaryCodec implements MessageCodec<Canary, Canary> {

        @Override
        public void encodeToWire(Buffer buffer, Canary canary) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Canary decodeFromWire(int position, Buffer buffer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Canary transform(Canary canary) {
            return canary;
        }

        @Override
        public String name() {
            return "canary";
        }

        @Override
        public byte systemCodecID() {
            return -1;
        }
    }
}
