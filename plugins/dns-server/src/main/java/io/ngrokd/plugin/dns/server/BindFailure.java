package io.ngrokd.plugin.dns.server;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageFailure;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Locale;

/** Why binding failed, read from what the operating system said. */
enum BindFailure {
    /** Somebody has the port, or may not give it away: another one may do. */
    PORT_TAKEN,
    /** A low port, and the privilege for those is lacking: all other low ports fail alike. */
    LOW_PORT_FORBIDDEN,
    /** No interface of this machine has the address. */
    NO_SUCH_ADDRESS,
    /** Out of file descriptors. */
    TOO_MANY_FILES,
    /** Anything else. */
    OTHER;

    private static final int FIRST_FREE_PORT = 1024;

    static BindFailure of(Throwable thrown, int port) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (message.contains("permission denied") || message.contains("forbidden by its access permissions")) {
                // Above the low ports only Windows says so, of ranges that it keeps for itself: those are taken.
                return port < FIRST_FREE_PORT ? LOW_PORT_FORBIDDEN : PORT_TAKEN;
            }
            if (message.contains("assign requested address") || message.contains("address not available")) {
                return NO_SUCH_ADDRESS;
            }
            if (message.contains("too many open files")) {
                return TOO_MANY_FILES;
            }
            // The system's words may be in any language; what is left of this type is nearly always a taken port.
            if (message.contains("address already in use") || cause instanceof BindException) {
                return PORT_TAKEN;
            }
        }
        return OTHER;
    }

    /** The failure of one place as its user reads it. */
    static StageFailure describe(InetSocketAddress address, String protocol, Throwable thrown) {
        String place = address.toString().replaceFirst("^[^/]*/", "") + " (" + protocol + ")";
        return switch (of(thrown, address.getPort())) {
            case PORT_TAKEN -> new StageFailure(FailureCode.IN_USE, "another program answers DNS on " + place
                    + "; see what it is with 'ss -ltunp', stop it, or set dns.listen to another address");
            case LOW_PORT_FORBIDDEN -> new StageFailure(FailureCode.PERMISSION_DENIED, "listening on " + place
                    + " needs a privilege; run ngrokd as root, give its java binary the right with"
                    + " 'setcap cap_net_bind_service=+ep', or open low ports to all with"
                    + " 'sysctl net.ipv4.ip_unprivileged_port_start=" + Math.min(address.getPort(), 53) + "'");
            case NO_SUCH_ADDRESS -> new StageFailure(FailureCode.INPUT_OUTPUT, "no interface has the address of " + place
                    + "; it is tried again, set dns.listen to an address of this machine if it stays so");
            case TOO_MANY_FILES -> new StageFailure(FailureCode.INPUT_OUTPUT, "no file descriptor is left to listen on "
                    + place + "; raise the limit (LimitNOFILE= in the service unit, or 'ulimit -n')");
            case OTHER -> new StageFailure(FailureCode.INPUT_OUTPUT, "listening on " + place + " failed: " + thrown);
        };
    }
}
