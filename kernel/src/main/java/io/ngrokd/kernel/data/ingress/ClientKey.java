package io.ngrokd.kernel.data.ingress;

import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.util.SimpleKeyManagerFactory;
import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Our one key and its certificates, for whichever server asks for a kind of key that it is. Whom the server names as issuers does
 * not count: there is nothing else that could be shown. Safe for any thread.
 *
 * <p>Netty's own way leads through a key store, which encrypts the key under a pass phrase and decrypts it again, 10,000 rounds of
 * hashing each: the longest single step of a start.
 */
final class ClientKey extends X509ExtendedKeyManager {

    private static final String ALIAS = "ngrokd";

    private final PrivateKey key;
    private final X509Certificate[] chain;

    private ClientKey(PrivateKey key, List<X509Certificate> chain) {
        this.key = key;
        this.chain = chain.toArray(X509Certificate[]::new);
    }

    /** For one TLS context, which keeps the key in the form that its TLS wants, once it was asked for. */
    static KeyManagerFactory factory(PrivateKey key, List<X509Certificate> chain, TlsEngine engine) {
        KeyManagerFactory factory = new Factory(new ClientKey(key, chain));
        return engine == TlsEngine.BORINGSSL ? new OpenSslCachingX509KeyManagerFactory(factory) : factory;
    }

    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        return isOneOf(keyTypes) ? ALIAS : null;
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return isOneOf(keyTypes) ? ALIAS : null;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return isOneOf(keyType) ? new String[] {ALIAS} : null;
    }

    /** We are never a server with it. */
    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return null;
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return ALIAS.equals(alias) ? chain.clone() : null;
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return ALIAS.equals(alias) ? key : null;
    }

    private boolean isOneOf(String... keyTypes) {
        return Arrays.asList(keyTypes).contains(key.getAlgorithm());
    }

    private static final class Factory extends SimpleKeyManagerFactory {

        private final ClientKey only;

        Factory(ClientKey only) {
            this.only = only;
        }

        @Override
        protected void engineInit(KeyStore none, char[] password) {}

        @Override
        protected void engineInit(ManagerFactoryParameters none) {}

        @Override
        protected KeyManager[] engineGetKeyManagers() {
            return new KeyManager[] {only};
        }
    }
}
