package io.ngrokd.hosts;

import io.ngrokd.api.spi.HostsWriterFactory;
import io.ngrokd.contract.hosts.HostsWriterContract;
import io.ngrokd.plugin.hosts.file.HostsFileFactory;

class HostsFileContractIT extends HostsWriterContract {

    @Override
    protected HostsWriterFactory factory() {
        return new HostsFileFactory();
    }
}
