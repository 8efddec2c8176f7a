package io.ngrokd.resolver;

import io.ngrokd.contract.resolver.DnsStrategyContract;
import io.ngrokd.contract.resolver.ResolverMachine;
import io.ngrokd.testing.InOwnNamespace;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** In mounts of its own, since a file must be made read-only. */
@InOwnNamespace
class ResolvConfContractIT extends DnsStrategyContract {

    @TempDir
    private Path root;

    @Override
    protected ResolverMachine machine() throws Exception {
        return new ResolvConfMachine(root);
    }
}
