package io.ngrokd.netif;

import io.ngrokd.contract.netif.NetifBackendContract;
import io.ngrokd.testing.CommandResult;
import io.ngrokd.testing.Commands;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the runs on Linux share: the administrator, who uses {@code ip}. */
abstract class LinuxNetifContract extends NetifBackendContract {

    private final String device;

    LinuxNetifContract(String device) {
        this.device = device;
    }

    @Override
    protected boolean removeBehindItsBack(InetAddress address) throws Exception {
        ip("address", "delete", address.getHostAddress() + "/32", "dev", device).orThrow();
        return true;
    }

    static CommandResult ip(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        return Commands.run(command, Duration.ofMinutes(2));
    }
}
