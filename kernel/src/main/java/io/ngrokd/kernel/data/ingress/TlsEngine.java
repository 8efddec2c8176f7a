package io.ngrokd.kernel.data.ingress;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.util.Locale;

/** Whose TLS is used on the way to the ingress. */
public enum TlsEngine {

    /** netty-tcnative's: less than half of the JDK's CPU, but not there for every platform. */
    BORINGSSL("BoringSSL", SslProvider.OPENSSL_REFCNT),

    /** The JDK's, which is there everywhere. */
    JDK("the JDK", SslProvider.JDK);

    /** The system property by which the JDK's can be had where BoringSSL is there: {@code jdk}. */
    public static final String PROPERTY = "ngrokd.tls";

    private static final TlsEngine CHOSEN = choose();

    private final String label;
    private final SslProvider provider;

    TlsEngine(String label, SslProvider provider) {
        this.label = label;
        this.provider = provider;
    }

    /** The one in use, the same as long as the process lives. */
    public static TlsEngine chosen() {
        return CHOSEN;
    }

    /** Why it is this one, in a few words for status; empty when nothing stood against the better one. */
    public static String reason() {
        if (CHOSEN == BORINGSSL) {
            return "";
        }
        return isJdkAskedFor() ? "-D" + PROPERTY + "=jdk" : "BoringSSL can't be loaded: " + OpenSsl.unavailabilityCause().getMessage();
    }

    SslProvider provider() {
        return provider;
    }

    /** As a person reads it. */
    @Override
    public String toString() {
        return label;
    }

    private static TlsEngine choose() {
        return !isJdkAskedFor() && OpenSsl.isAvailable() ? BORINGSSL : JDK;
    }

    private static boolean isJdkAskedFor() {
        return System.getProperty(PROPERTY, "").toLowerCase(Locale.ROOT).equals("jdk");
    }
}
