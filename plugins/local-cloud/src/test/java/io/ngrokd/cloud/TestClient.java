package io.ngrokd.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** What a daemon does, in its plainest form: calls the API, and the ingress with the JDK's own TLS sockets. */
public final class TestClient {

    static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int PATIENCE_MILLIS = 60_000;

    private final HttpClient http = HttpClient.newHttpClient();
    private final String apiUrl;
    private final String apiKey;
    private final String caPem;
    private final int ingressPort;

    public TestClient(String apiUrl, String apiKey, String caPem, int ingressPort) {
        this.apiUrl = apiUrl;
        this.apiKey = apiKey;
        this.caPem = caPem;
        this.ingressPort = ingressPort;
    }

    TestClient(LocalCloud cloud) {
        this(cloud.apiUrl(), cloud.apiKeys().getFirst(), cloud.caPem(), cloud.ingressPort());
    }

    public record Identity(String operatorId, KeyPair key, X509Certificate certificate) {}

    record Reply(String endpointId, String proto, String errorCode, String errorMessage) {}

    static KeyPair key(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    static String csr(KeyPair key, String subject, String algorithm) throws Exception {
        return pem(new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), key.getPublic())
                .build(new JcaContentSignerBuilder(algorithm).build(key.getPrivate())));
    }

    static String pem(Object object) throws IOException {
        java.io.StringWriter text = new java.io.StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }

    static ObjectNode registration(String csr) {
        ObjectNode body = MAPPER.createObjectNode();
        body.put("description", "a test").put("metadata", "{}").put("region", "global");
        body.putArray("enabled_features").add("bindings");
        ObjectNode binding = body.putObject("binding");
        binding.putArray("endpoint_selectors").add("true");
        binding.put("csr", csr);
        return body;
    }

    public HttpResponse<String> call(String method, String path, JsonNode body) throws Exception {
        return send(request(method, path, body).build());
    }

    HttpRequest.Builder request(String method, String path, JsonNode body) {
        URI uri = URI.create(path.startsWith("http") ? path : apiUrl + path);
        return HttpRequest.newBuilder(uri).timeout(Duration.ofMillis(PATIENCE_MILLIS))
                .header("Authorization", "Bearer " + apiKey).header("Ngrok-Version", "2")
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body.toString()));
    }

    HttpResponse<String> send(HttpRequest request) throws Exception {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    public JsonNode get(String path) throws Exception {
        HttpResponse<String> answer = call("GET", path, null);
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return MAPPER.readTree(answer.body());
    }

    List<String> urls(String path) throws Exception {
        List<String> urls = new ArrayList<>();
        get(path).path("endpoints").forEach(endpoint -> urls.add(endpoint.path("url").asText()));
        return urls;
    }

    public Identity register() throws Exception {
        KeyPair key = key("secp384r1");
        HttpResponse<String> answer = call("POST", "/kubernetes_operators",
                registration(csr(key, "O=test", "SHA384withECDSA")));
        if (answer.statusCode() != 201) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        JsonNode operator = MAPPER.readTree(answer.body());
        return new Identity(operator.path("id").asText(), key,
                certificate(operator.path("binding").path("cert").path("cert").asText()));
    }

    static X509Certificate certificate(String pem) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    SSLContext tls(Identity identity) throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("ca", certificate(caPem));
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(trust);
        KeyManagerFactory keys = null;
        if (identity != null) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("me", identity.key().getPrivate(), new char[0],
                    new X509Certificate[] {identity.certificate()});
            keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys == null ? null : keys.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    SSLSocket connect(Identity identity, String protocol) throws Exception {
        SSLSocket socket = (SSLSocket) tls(identity).getSocketFactory().createSocket("localhost", ingressPort);
        socket.setSoTimeout(PATIENCE_MILLIS);
        var parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {protocol});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    public SSLSocket open(Identity identity, String host, int port) throws Exception {
        return open(identity, host, port, "TLSv1.3");
    }

    SSLSocket open(Identity identity, String host, int port, String protocol) throws Exception {
        SSLSocket socket = connect(identity, protocol);
        socket.getOutputStream().write(connRequest(host, port));
        Reply reply = reply(socket.getInputStream());
        if (!reply.errorCode().isEmpty()) {
            throw new AssertionError(reply.toString());
        }
        return socket;
    }

    Reply ask(Identity identity, String host, int port) throws Exception {
        try (SSLSocket socket = connect(identity, "TLSv1.3")) {
            socket.getOutputStream().write(connRequest(host, port));
            return reply(socket.getInputStream());
        }
    }

    /** With a pod identity and a field that nobody knows, which must not disturb. */
    static byte[] connRequest(String host, int port) throws IOException {
        ByteArrayOutputStream pod = new ByteArrayOutputStream();
        CodedOutputStream podOutput = CodedOutputStream.newInstance(pod);
        podOutput.writeString(1, "uid");
        podOutput.writeString(2, "name");
        podOutput.flush();
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        CodedOutputStream output = CodedOutputStream.newInstance(message);
        output.writeString(1, host);
        output.writeInt64(2, port);
        output.writeByteArray(3, pod.toByteArray());
        output.writeString(99, "from the future");
        output.flush();
        return framed(message.toByteArray());
    }

    static byte[] framed(byte[] message) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(message.length & 0xff);
        frame.write(message.length >> 8);
        frame.writeBytes(message);
        return frame.toByteArray();
    }

    static Reply reply(InputStream input) throws IOException {
        byte[] length = input.readNBytes(2);
        if (length.length < 2) {
            throw new IOException("closed before the answer");
        }
        CodedInputStream message = CodedInputStream.newInstance(
                input.readNBytes((length[0] & 0xff) | (length[1] & 0xff) << 8));
        Map<Integer, String> fields = new HashMap<>();
        for (int tag = message.readTag(); tag != 0; tag = message.readTag()) {
            fields.put(WireFormat.getTagFieldNumber(tag), message.readString());
        }
        return new Reply(fields.getOrDefault(1, ""), fields.getOrDefault(2, ""), fields.getOrDefault(3, ""),
                fields.getOrDefault(4, ""));
    }
}
