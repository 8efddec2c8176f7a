package io.ngrokd.api.spi;

/** Makes {@link NetifBackend}s. One is chosen; {@code plugins.netif} overrides the choice. */
public interface NetifBackendFactory extends BackendFactory<NetifBackend, NetifContext> {}
