package io.ngrokd.api.spi;

/** Makes {@link HostsWriter}s. One is chosen; {@code plugins.hosts} overrides the choice. */
public interface HostsWriterFactory extends BackendFactory<HostsWriter, HostsContext> {}
