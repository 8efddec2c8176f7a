package io.ngrokd.plugin.netif.linux.netlink;

import io.ngrokd.api.error.FailureCode;
import java.util.Map;

/**
 * An answer of the Linux kernel. The numbers are those of every architecture that Java 25 runs on.
 *
 * @param number 0 for success, else the positive error number
 */
public record Errno(int number) {

    public static final Errno OK = new Errno(0);
    public static final Errno EPERM = new Errno(1);
    public static final Errno ENOENT = new Errno(2);
    public static final Errno ESRCH = new Errno(3);
    public static final Errno EINTR = new Errno(4);
    public static final Errno EAGAIN = new Errno(11);
    public static final Errno EACCES = new Errno(13);
    public static final Errno EEXIST = new Errno(17);
    public static final Errno ENODEV = new Errno(19);
    public static final Errno EINVAL = new Errno(22);
    public static final Errno EMSGSIZE = new Errno(90);
    public static final Errno EOPNOTSUPP = new Errno(95);
    public static final Errno EADDRNOTAVAIL = new Errno(99);
    public static final Errno ENOBUFS = new Errno(105);

    private static final Map<Integer, String> WORDS = Map.ofEntries(
            Map.entry(0, "success"),
            Map.entry(1, "not permitted (EPERM)"),
            Map.entry(2, "no such thing (ENOENT)"),
            Map.entry(3, "no such route (ESRCH)"),
            Map.entry(4, "interrupted (EINTR)"),
            Map.entry(11, "no answer in time (EAGAIN)"),
            Map.entry(12, "out of memory (ENOMEM)"),
            Map.entry(13, "access denied (EACCES)"),
            Map.entry(16, "busy (EBUSY)"),
            Map.entry(17, "exists already (EEXIST)"),
            Map.entry(19, "no such interface (ENODEV)"),
            Map.entry(22, "invalid argument (EINVAL)"),
            Map.entry(24, "too many open files (EMFILE)"),
            Map.entry(38, "not implemented (ENOSYS)"),
            Map.entry(90, "message too long (EMSGSIZE)"),
            Map.entry(93, "protocol not supported (EPROTONOSUPPORT)"),
            Map.entry(95, "not supported (EOPNOTSUPP)"),
            Map.entry(97, "address family not supported (EAFNOSUPPORT)"),
            Map.entry(99, "no such address (EADDRNOTAVAIL)"),
            Map.entry(100, "the network is down (ENETDOWN)"),
            Map.entry(105, "no buffer space (ENOBUFS)"));

    public boolean isOk() {
        return number == 0;
    }

    /** Whether more privilege is what is missing. */
    public boolean isPermission() {
        return equals(EPERM) || equals(EACCES);
    }

    /** Whether what was to be removed was not there: an address, a route. */
    public boolean isAbsence() {
        return equals(EADDRNOTAVAIL) || equals(ESRCH);
    }

    /** The code that the kernel of ngrokd and its users act on. */
    public FailureCode failureCode() {
        return switch (number) {
            case 1, 13 -> FailureCode.PERMISSION_DENIED;
            case 16, 17 -> FailureCode.IN_USE;
            case 12, 105 -> FailureCode.EXHAUSTED;
            case 22 -> FailureCode.REFUSED;
            case 38, 93, 95, 97 -> FailureCode.UNSUPPORTED;
            case 11 -> FailureCode.TIMEOUT;
            default -> FailureCode.INPUT_OUTPUT;
        };
    }

    /** What it means, with its name: {@code not permitted (EPERM)}. */
    @Override
    public String toString() {
        return WORDS.getOrDefault(number, "errno " + number);
    }
}
