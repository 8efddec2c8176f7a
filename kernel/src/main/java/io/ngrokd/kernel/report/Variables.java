package io.ngrokd.kernel.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The environment and the options of Java, fit to be sent to somebody else: values are shown of those variables alone that the
 * daemon, its launcher or Java look at; of all others the name.
 */
public final class Variables {

    private static final String NOT_SHOWN = "(set, not shown)";

    private static final Set<String> SHOWN = Set.of(
            "PATH", "LANG", "LANGUAGE", "TZ", "HOME", "USER", "LOGNAME", "HOSTNAME", "COMPUTERNAME", "OS", "SystemRoot", "TEMP", "TMP",
                    "TMPDIR",
            "JAVA_HOME", "INVOCATION_ID", "JOURNAL_STREAM", "NOTIFY_SOCKET", "SUDO_USER", "container", "KUBERNETES_SERVICE_HOST",
            "NGROK_API_KEY_FILE", "SSL_CERT_FILE", "SSL_CERT_DIR");
    private static final Set<String> OPTIONS = Set.of("NGROKD_JAVA_OPTS", "NGROKCTL_JAVA_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS",
            "_JAVA_OPTIONS");
    private static final List<String> OWN_PROPERTIES = List.of("ngrokd.", "io.netty.", "vertx.", "io.vertx.", "java.net.", "java.io.",
            "file.", "sun.", "jdk.");

    private Variables() {}

    /** Every variable with its value, or with {@code ***} or a remark in its place. */
    public static ObjectNode shown(Map<String, String> environment) {
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        new TreeMap<>(environment).forEach((name, value) -> shown.put(name, shown(name, value)));
        return shown;
    }

    private static String shown(String name, String value) {
        if (value.isEmpty()) {
            return "";
        }
        String upper = name.toUpperCase(Locale.ROOT);
        if (OPTIONS.contains(name)) {
            return String.join(" ", options(List.of(value.strip().split("\\s+"))));
        }
        if (upper.endsWith("_PROXY") || upper.endsWith("_PROXY_URL")) {
            return withoutCredentials(value);
        }
        if (upper.startsWith("NGROK") && !name.equals("NGROK_API_KEY_FILE")) {
            return upper.matches(".*(KEY|TOKEN|SECRET|PASS|AUTH|CRED).*") && !upper.matches(".*(_FILE|CLIENT_KEY)") ? KnownSecrets.MASK
                    : value;
        }
        return SHOWN.contains(name) || upper.startsWith("LC_") ? value : NOT_SHOWN;
    }

    /** A proxy's address without user and password, which may be there without a scheme too. */
    private static String withoutCredentials(String url) {
        int end = url.lastIndexOf('@');
        int scheme = url.indexOf("://");
        return end < 0 ? url : (scheme < 0 || scheme > end ? "" : url.substring(0, scheme + 3)) + KnownSecrets.MASK + url.substring(end);
    }

    /** Options of Java: a property of somebody else's is shown by its name, for there are passwords among them. */
    static List<String> options(List<String> options) {
        List<String> shown = new ArrayList<>();
        for (String option : options) {
            int end = option.indexOf('=');
            boolean own = OWN_PROPERTIES.stream().anyMatch(prefix -> option.startsWith("-D" + prefix));
            boolean plain = option.startsWith("-") && !option.startsWith("-D") && !option.matches("-(javaagent|agentlib|agentpath).*");
            if (end < 0 ? option.startsWith("-") : plain || own && !option.matches("(?i).*(key|token|secret|passw|auth|cred).*")) {
                shown.add(option);
            } else {
                shown.add(end < 0 ? KnownSecrets.MASK : option.substring(0, end + 1) + KnownSecrets.MASK);
            }
        }
        return shown;
    }
}
