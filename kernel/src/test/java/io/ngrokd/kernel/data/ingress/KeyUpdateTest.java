package io.ngrokd.kernel.data.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** TLS 1.3 lets either side ask for new keys at any time (RFC 8446, 4.6.3); JDK's servers do after so many bytes. */
class KeyUpdateTest {

    @Test
    void streamsLiveOnWhenTheIngressAsksForNewKeys() throws IOException {
        try (DataPlaneRig rig = new DataPlaneRig()) {
            rig.fake().serve(connection -> {
                for (int round = 0; round < 3; round++) {
                    byte[] said = connection.tls().getInputStream().readNBytes(5);
                    connection.tls().startHandshake();
                    connection.tls().getOutputStream().write(said);
                }
            });
            try (Socket client = DataPlaneRig.connect(rig.listen(DataPlaneRig.route(Protocol.TCP, "db.internal", 5432)))) {
                for (String word : new String[] {"first", "then.", "last."}) {
                    client.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
                    assertEquals(word, new String(client.getInputStream().readNBytes(5), StandardCharsets.US_ASCII));
                }
            }
            rig.expectNoScriptFailures();
        }
    }
}
