package io.ngrokd.resolver;

import io.ngrokd.contract.resolver.DnsStrategyContract;
import io.ngrokd.contract.resolver.ResolverMachine;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class DebianResolvconfContractIT extends DnsStrategyContract {

    @TempDir
    private Path root;

    @Override
    protected ResolverMachine machine() throws Exception {
        return new DebianResolvconfMachine(root);
    }
}
