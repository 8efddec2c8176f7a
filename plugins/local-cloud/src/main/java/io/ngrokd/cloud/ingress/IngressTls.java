package io.ngrokd.cloud.ingress;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.ngrokd.cloud.authority.CertificateAuthority;
import io.ngrokd.cloud.authority.KeyedCertificate;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;

/** The ingress's certificates: the right one, and those it shows on purpose. */
final class IngressTls {

    private static final int TICKET_KEY_BYTES = 16;
    private static final List<String> ANOTHER_NAME = List.of("wrong-name.invalid");

    private final SslContext right;
    private final SslContext selfSigned;
    private final SslContext wrongName;

    /** @param nativeTls whether BoringSSL is taken where it is there */
    IngressTls(CertificateAuthority authority, List<String> hostNames, boolean nativeTls) throws IOException {
        SslProvider provider = nativeTls && OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
        right = context(provider, authority, authority.issueServer(hostNames));
        selfSigned = context(provider, authority, authority.selfSignedServer(hostNames));
        wrongName = context(provider, authority, authority.issueServer(ANOTHER_NAME));
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

    private static SslContext context(SslProvider provider, CertificateAuthority authority, KeyedCertificate server)
            throws IOException {
        SslContext context = SslContextBuilder.forServer(server.key(), server.certificate())
                .sslProvider(provider)
                .protocols("TLSv1.3", "TLSv1.2")
                .clientAuth(ClientAuth.REQUIRE)
                .trustManager(authority.clientIssuerCertificate())
                .build();
        if (context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
            // Without keys it issues no tickets, and then TLS 1.3 sessions can't be resumed. Java's does by itself.
            sessions.setTicketKeys(new OpenSslSessionTicketKey(random(), random(), random()));
        }
        return context;
    }

    private static byte[] random() {
        byte[] bytes = new byte[TICKET_KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}
