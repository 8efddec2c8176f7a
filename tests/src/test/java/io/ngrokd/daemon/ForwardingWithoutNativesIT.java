package io.ngrokd.daemon;

/** All of it on what is there everywhere: the JDK's TLS and Java's own transport. */
class ForwardingWithoutNativesIT extends ForwardingIT {

    @Override
    String javaOptions() {
        return "-Dngrokd.tls=jdk -Dngrokd.transport=nio";
    }

    @Override
    String transport() {
        return "nio (-Dngrokd.transport=nio), TLS by the JDK (-Dngrokd.tls=jdk)";
    }
}
