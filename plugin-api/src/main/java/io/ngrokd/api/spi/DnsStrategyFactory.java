package io.ngrokd.api.spi;

/**
 * Makes {@link DnsStrategy}s. Those that can work are tried from the highest rank down until one is seen to work;
 * {@code plugins.dns} names the only one to try, and {@code plugins.dns: none} leaves the resolver alone.
 */
public interface DnsStrategyFactory extends BackendFactory<DnsStrategy, DnsStrategyContext> {}
