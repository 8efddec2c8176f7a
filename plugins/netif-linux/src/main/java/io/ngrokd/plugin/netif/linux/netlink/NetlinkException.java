package io.ngrokd.plugin.netif.linux.netlink;

import java.io.IOException;

/** The Linux kernel refused something. */
public final class NetlinkException extends IOException {

    private static final long serialVersionUID = 1;

    private final int number;

    /**
     * @param doing what was tried, as a phrase: {@code making the interface ngrokd0}
     * @param errno the answer
     */
    public NetlinkException(String doing, Errno errno) {
        super(doing + ": " + errno);
        this.number = errno.number();
    }

    public Errno errno() {
        return new Errno(number);
    }
}
