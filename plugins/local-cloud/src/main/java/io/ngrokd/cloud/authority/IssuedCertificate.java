package io.ngrokd.cloud.authority;

import java.time.Instant;

/** A client certificate as the API hands it out. */
public record IssuedCertificate(String pem, Instant notBefore, Instant notAfter) {}
