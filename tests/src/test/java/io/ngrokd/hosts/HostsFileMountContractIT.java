package io.ngrokd.hosts;

import io.ngrokd.api.spi.HostsWriterFactory;
import io.ngrokd.contract.hosts.HostsWriterMountContract;
import io.ngrokd.plugin.hosts.file.HostsFileFactory;

class HostsFileMountContractIT extends HostsWriterMountContract {

    @Override
    protected HostsWriterFactory factory() {
        return new HostsFileFactory();
    }
}
