package io.ngrokd.cloud.config;

/** What stands behind an endpoint. */
public sealed interface Destination {

    /** Connections go to this address. */
    record Forward(HostPort address) implements Destination {}

    /** Connections are answered by a backend of the local cloud itself. */
    record Sample(SampleBackend backend) implements Destination {}
}
