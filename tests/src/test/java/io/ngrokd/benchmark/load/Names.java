package io.ngrokd.benchmark.load;

import java.util.List;

/** The server names behind a shared port; the load asks for them in turn. */
public final class Names {

    /** Of endpoints that speak TLS. */
    public static final List<String> TLS = List.of("one.tls.bench", "two.tls.bench");
    /** Of endpoints that only send back what they get. */
    public static final List<String> HELLO = List.of("one.hello.bench", "two.hello.bench");

    private Names() {}
}
