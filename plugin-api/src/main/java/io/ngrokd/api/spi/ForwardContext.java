package io.ngrokd.api.spi;

/** What forwarding modes get from the kernel. */
public interface ForwardContext extends PluginContext {

    /** Where accepted connections go. The same object for the life of the daemon. */
    ConnectionSink sink();

    /**
     * The first port for listeners that cannot have the one they want, where many endpoints share an address
     * ({@code net.start_port}), 1 to 65535.
     */
    int startPort();
}
