package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.plugin.netif.linux.netlink.Errno;
import io.ngrokd.plugin.netif.linux.netlink.NetlinkException;
import java.io.IOException;

/** Failures in the words of the stage. */
final class Problem {

    private Problem() {}

    /** The whole request failed on the network. */
    static StageException network(IOException cause, String plugin) {
        if (!(cause instanceof NetlinkException refused)) {
            return new StageException(FailureCode.UNSUPPORTED, cause.getMessage(), plugin, cause);
        }
        FailureCode code = refused.errno().failureCode();
        return new StageException(code, refused.getMessage() + mend(refused.errno()), plugin, cause);
    }

    /** The journal could not be written, so nothing was changed. */
    static StageException journal(IOException cause, String plugin) {
        return new StageException(
                FailureCode.INPUT_OUTPUT,
                "the journal could not be written, so the network was left as it is: " + cause.getMessage(),
                plugin,
                cause);
    }

    private static String mend(Errno errno) {
        return errno.isPermission() ? "; run the daemon as root or with the capability CAP_NET_ADMIN" : "";
    }
}
