package io.ngrokd.kernel;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.ngrok.OperatorSettings;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** How an operator describes itself when the config does not: enough to tell the machines of an account apart. */
final class DefaultSettings {

    private static final int LONGEST_DESCRIPTION = 255;

    private final String description;
    private final String metadata;

    /**
     * @param version of this daemon
     * @param machine this machine's host name
     */
    DefaultSettings(String version, String machine) {
        this.description = shortened("ngrokd on " + machine);
        this.metadata = new ObjectMapper().createObjectNode()
                .put("product", "ngrokd").put("version", version).put("host", machine).toString();
    }

    OperatorSettings completedBy(DaemonConfig.Registration config, List<String> selectors) {
        return new OperatorSettings(
                config.description().orElse(description), config.metadata().orElse(metadata), config.region(), selectors);
    }

    /** To what ngrok takes, which counts bytes, without cutting a character in two. */
    private static String shortened(String text) {
        CharBuffer source = CharBuffer.wrap(text);
        StandardCharsets.UTF_8.newEncoder().encode(source, ByteBuffer.allocate(LONGEST_DESCRIPTION), true);
        return text.substring(0, source.position());
    }
}
