package io.ngrokd.api.spi;

import java.nio.file.Path;

/** What DNS strategies get from the kernel. */
public interface DnsStrategyContext extends PluginContext {

    /**
     * The folder that system files are looked up in: {@code /}, or another one for tests and containers that mount the host's
     * files ({@code NGROKD_SYSTEM_ROOT}).
     */
    Path systemRoot();
}
