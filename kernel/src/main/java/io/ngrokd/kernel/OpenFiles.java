package io.ngrokd.kernel;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How many connections the process's limit of open files leaves room for. Better to turn a connection away with a word
 * than to run out of files: then nothing can be accepted, dialled, polled or written any more.
 */
final class OpenFiles {

    /** One towards the client, one towards the ingress. */
    private static final int FILES_PER_CONNECTION = 2;

    private static final int LEAST_KEPT_BACK = 256;
    private static final int LEAST_CONNECTIONS = 16;
    private static final int MOST_CONNECTIONS = 1_000_000;

    private OpenFiles() {}

    /** The most connections, 16 to a million; 0, which is no cap, where the system tells of no limit. */
    static int connections() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? connections(unix.getMaxFileDescriptorCount())
                : 0;
    }

    /**
     * A quarter of the files, and 256 at least, is kept back for what else there is: listeners, warm connections, those
     * being turned away, files, sockets of the control plane.
     *
     * @param limit of the process; negative when unknown
     */
    static int connections(long limit) {
        if (limit < 0) {
            return 0;
        }
        long left = limit - Math.max(LEAST_KEPT_BACK, limit / 4);
        return Math.clamp(left / FILES_PER_CONNECTION, LEAST_CONNECTIONS, MOST_CONNECTIONS);
    }
}
