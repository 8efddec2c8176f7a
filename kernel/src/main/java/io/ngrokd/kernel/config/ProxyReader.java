package io.ngrokd.kernel.config;

import io.ngrokd.kernel.proxy.NoProxy;
import io.ngrokd.kernel.proxy.ProxyRules;
import io.ngrokd.kernel.proxy.ProxyServer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The proxy out of the config, else out of the variables that programs have agreed on. */
final class ProxyReader {

    private static final List<String> SERVER_VARIABLES = List.of("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy");
    private static final List<String> EXCEPTION_VARIABLES = List.of("NO_PROXY", "no_proxy");
    private static final String NONE = "none";

    private final Map<String, String> environment;
    private final List<String> problems;

    ProxyReader(Map<String, String> environment, List<String> problems) {
        this.environment = environment;
        this.problems = problems;
    }

    ProxyRules read(Section proxy) {
        String written = proxy.text("url", "").strip();
        NoProxy exceptions = exceptions(proxy);
        if (written.equalsIgnoreCase(NONE)) {
            return ProxyRules.DIRECT;
        }
        Optional<ProxyServer> server = written.isEmpty()
                ? fromEnvironment()
                : proxy.value("url", url -> ProxyServer.parse(url.strip(), "proxy.url"));
        return server.isEmpty() ? ProxyRules.DIRECT : new ProxyRules(server, exceptions);
    }

    private Optional<ProxyServer> fromEnvironment() {
        return first(SERVER_VARIABLES).flatMap(variable -> {
            try {
                return Optional.of(ProxyServer.parse(environment.get(variable).strip(), variable));
            } catch (IllegalArgumentException unusable) {
                problems.add(variable + ": " + unusable.getMessage() + "; or set proxy.url, which comes before it (none: no proxy)");
                return Optional.empty();
            }
        });
    }

    private NoProxy exceptions(Section proxy) {
        List<String> written = proxy.texts("no_proxy", List.of());
        try {
            if (!written.isEmpty()) {
                return new NoProxy(written);
            }
        } catch (IllegalArgumentException unusable) {
            proxy.wrong("no_proxy", unusable.getMessage());
            return NoProxy.NONE;
        }
        return first(EXCEPTION_VARIABLES).map(variable -> {
            try {
                return NoProxy.parse(environment.get(variable));
            } catch (IllegalArgumentException unusable) {
                problems.add(variable + ": " + unusable.getMessage());
                return NoProxy.NONE;
            }
        }).orElse(NoProxy.NONE);
    }

    private Optional<String> first(List<String> variables) {
        return variables.stream().filter(variable -> !environment.getOrDefault(variable, "").isBlank()).findFirst();
    }
}
