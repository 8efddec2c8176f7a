package io.ngrokd.kernel.data.ingress;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * Which ingress is believed to be ngrok's.
 *
 * @param verified whether it has to prove anything at all; false is for labs
 * @param systemRoots whether what the system trusts is trusted here
 * @param extraRoots further certificates to trust; an intermediate is as good an anchor as a root
 * @param pins authorities that are trusted when the server sends their certificates
 * @param extraRootsFrom where a user can put further roots, for advice
 */
public record IngressTrust(
        boolean verified, boolean systemRoots, List<X509Certificate> extraRoots, List<PinnedAuthority> pins, String extraRootsFrom) {

    public IngressTrust {
        extraRoots = List.copyOf(extraRoots);
        pins = List.copyOf(pins);
    }

    /** The system's roots, ngrok's pinned authority, and what the user put into a file or folder. */
    public static IngressTrust ofNgrok(List<X509Certificate> extraRoots, String extraRootsFrom) {
        return new IngressTrust(true, true, extraRoots, List.of(PinnedAuthority.NGROK), extraRootsFrom);
    }

    /** Whoever answers is believed. For labs only: anyone on the way can read and change everything. */
    public static IngressTrust unverified() {
        return new IngressTrust(false, false, List.of(), List.of(), "");
    }

    /** Only these. */
    public static IngressTrust of(X509Certificate... roots) {
        return new IngressTrust(true, false, List.of(roots), List.of(), "server.ingress_ca");
    }

    /** For the status. */
    @Override
    public String toString() {
        if (!verified) {
            return "OFF";
        }
        List<String> parts = new ArrayList<>();
        if (systemRoots) {
            parts.add("system roots");
        }
        parts.add(extraRoots.size() == 1 ? "1 extra root" : extraRoots.size() + " extra roots");
        if (pins.contains(PinnedAuthority.NGROK)) {
            parts.add("ngrok's pinned CA");
        } else if (!pins.isEmpty()) {
            parts.add(pins.size() + " pinned CAs");
        }
        return String.join(", ", parts);
    }
}
