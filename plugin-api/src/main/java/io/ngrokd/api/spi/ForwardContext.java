package io.ngrokd.api.spi;

/** What forwarding modes get from the kernel. */
public interface ForwardContext extends PluginContext {

    /** Where accepted connections go. The same object for the life of the daemon. */
    ConnectionSink sink();
}
