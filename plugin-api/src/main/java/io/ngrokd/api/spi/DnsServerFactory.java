package io.ngrokd.api.spi;

/** Makes {@link DnsServer}s. One is chosen; {@code plugins.dns_server} overrides the choice. */
public interface DnsServerFactory extends BackendFactory<DnsServer, PluginContext> {}
