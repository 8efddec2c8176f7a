package io.ngrokd.cloud.ingress;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.ngrokd.cloud.authority.CertificateAuthority;
import io.ngrokd.cloud.authority.KeyedCertificate;
import java.io.IOException;
import java.util.List;

/** The ingress's certificates: the right one, and those it shows on purpose. */
final class IngressTls {

    private static final List<String> ANOTHER_NAME = List.of("wrong-name.invalid");

    private final SslContext right;
    private final SslContext selfSigned;
    private final SslContext wrongName;

    IngressTls(CertificateAuthority authority, List<String> hostNames) throws IOException {
        right = context(authority, authority.issueServer(hostNames));
        selfSigned = context(authority, authority.selfSignedServer(hostNames));
        wrongName = context(authority, authority.issueServer(ANOTHER_NAME));
    }

    SslContext right() {
        return right;
    }

    SslContext selfSigned() {
        return selfSigned;
    }

    SslContext wrongName() {
        return wrongName;
    }

    private static SslContext context(CertificateAuthority authority, KeyedCertificate server) throws IOException {
        return SslContextBuilder.forServer(server.key(), server.certificate())
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .clientAuth(ClientAuth.REQUIRE)
                .trustManager(authority.clientIssuerCertificate())
                .build();
    }
}
