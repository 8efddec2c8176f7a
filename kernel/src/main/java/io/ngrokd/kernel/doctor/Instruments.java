package io.ngrokd.kernel.doctor;

import io.ngrokd.api.spi.Finding;
import io.ngrokd.kernel.ngrok.ApiException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the doctor looks with. Methods block; safe for use by several threads. */
public interface Instruments {

    /** The config file as it is now. */
    Config config();

    /**
     * @param problem why it could not be used if it were read now, a line for each fault; empty when it could, or there is none
     */
    record Config(Path file, boolean exists, Optional<String> problem) {}

    /** Whether there is an API key at all. */
    boolean hasApiKey();

    /** Asks ngrok's API for something small with the key in force. */
    void askApi() throws ApiException;

    /** Whether the daemon may listen on ports below 1024. */
    boolean mayListenLow();

    /** What the writer of names sees; empty when there is none, or it cannot tell. */
    Optional<Finding> hosts(String name, InetAddress address);

    /** Who keeps us from listening there, in words; empty when nobody does or the system does not tell. */
    Optional<String> holder(InetAddress address, int port);

    /**
     * Asks our DNS server.
     *
     * @param server {@code address:port}
     * @return the addresses of the name
     * @throws Exception when it does not answer, or says no; the message is for the user
     */
    List<String> dns(String server, String name) throws Exception;

    /** A connection to the ingress of the doctor's own; empty while there is no client certificate. */
    Optional<IngressVisit> ingress() throws Exception;
}
