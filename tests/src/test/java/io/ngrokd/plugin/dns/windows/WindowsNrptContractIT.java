package io.ngrokd.plugin.dns.windows;

import io.ngrokd.contract.resolver.DnsStrategyContract;
import io.ngrokd.contract.resolver.ResolverMachine;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class WindowsNrptContractIT extends DnsStrategyContract {

    @TempDir
    private Path root;

    @Override
    protected ResolverMachine machine() throws IOException {
        return new WindowsMachine(root);
    }
}
