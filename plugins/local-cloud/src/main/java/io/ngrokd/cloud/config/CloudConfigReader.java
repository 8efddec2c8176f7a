package io.ngrokd.cloud.config;

import io.ngrokd.cloud.fault.ApiFault;
import io.ngrokd.cloud.fault.FaultPlan;
import io.ngrokd.cloud.fault.IngressFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns the text of cloud.yml into a {@link CloudConfig}, or says precisely why it can't. */
public final class CloudConfigReader {

    private static final List<String> TOP =
            List.of("api", "ingress", "state_dir", "certificate_lifetime", "endpoints", "faults");
    private static final List<String> API = List.of("listen", "keys");
    private static final List<String> INGRESS = List.of("listen", "host_names", "upgrade_timeout", "native_tls");
    private static final List<String> ENDPOINT = List.of("url", "forward_to", "backend", "id", "description",
            "metadata", "bindings", "pooling", "offline", "direct");
    private static final List<String> FAULTS = List.of("api", "ingress", "forget_operators");
    private static final List<String> INGRESS_FAULT = List.of("kind", "times");
    private static final List<String> API_FAULT =
            List.of("method", "path", "status", "error_code", "msg", "retry_after", "delay", "clock", "truncate",
                    "times");

    private static final Duration SHORTEST_LIFETIME = Duration.ofSeconds(2);
    private static final Duration LONGEST_LIFETIME = Duration.ofDays(3650);

    private CloudConfigReader() {}

    public static CloudConfig read(Path file) throws IOException, ConfigException {
        return read(file, Files.readString(file, StandardCharsets.UTF_8));
    }

    /** @param file where the text came from; a relative state_dir starts at its folder */
    public static CloudConfig read(Path file, String text) throws ConfigException {
        Section top = Section.of("the file", YamlTree.read(file.toString(), text), TOP);
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
        return new CloudConfig(api(top.section("api", API)), ingress(top.section("ingress", INGRESS)),
                folder.resolve(top.text("state_dir").orElse("cloud-state")).normalize(), lifetime(top),
                endpoints(top), faults(top));
    }

    private static CloudConfig.Api api(Section section) throws ConfigException {
        List<String> keys = section.texts("keys");
        for (String key : keys) {
            if (key.isBlank() || !key.equals(key.strip())) {
                throw new ConfigException(section.placeOf("keys"), "an API key is blank or has blanks around it",
                        "keys without blanks", "remove them");
            }
        }
        HostPort listen = section.address("listen", CloudConfig.Api.DEFAULT_LISTEN);
        boolean published = keys.isEmpty() || keys.contains(CloudConfig.DEFAULT_KEY);
        if (published && !listen.isLoopback()) {
            throw new ConfigException(section.placeOf("listen"),
                    "api.listen is " + listen + ", which others can reach, and the key is the one that is published",
                    "keys of your own", "set api.keys, or listen on 127.0.0.1");
        }
        return new CloudConfig.Api(listen, keys.isEmpty() ? List.of(CloudConfig.DEFAULT_KEY) : keys);
    }

    private static CloudConfig.Ingress ingress(Section section) throws ConfigException {
        List<String> names = section.texts("host_names");
        return new CloudConfig.Ingress(section.address("listen", CloudConfig.Ingress.DEFAULT_LISTEN),
                names.isEmpty() ? CloudConfig.Ingress.DEFAULT_HOST_NAMES : names,
                section.duration("upgrade_timeout", CloudConfig.Ingress.DEFAULT_UPGRADE_TIMEOUT), section.flag("native_tls"));
    }

    private static Duration lifetime(Section top) throws ConfigException {
        Duration lifetime = top.duration("certificate_lifetime", CloudConfig.DEFAULT_CERTIFICATE_LIFETIME);
        if (lifetime.compareTo(SHORTEST_LIFETIME) < 0 || lifetime.compareTo(LONGEST_LIFETIME) > 0) {
            throw new ConfigException(top.placeOf("certificate_lifetime"),
                    "certificate_lifetime is " + top.text("certificate_lifetime").orElse(""), "2s to 3650d",
                    "choose one in between");
        }
        return lifetime;
    }

    private static List<EndpointConfig> endpoints(Section top) throws ConfigException {
        List<EndpointConfig> endpoints = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (YamlNode item : top.items("endpoints")) {
            Section section = Section.of("an endpoint", item, ENDPOINT);
            EndpointConfig endpoint = endpoint(section);
            if (endpoint.id().isPresent() && ids.contains(endpoint.id().get())) {
                throw new ConfigException(section.placeOf("id"), "a second endpoint has the id " + endpoint.id().get(),
                        "each id once", "change one, or leave it out");
            }
            endpoint.id().ifPresent(ids::add);
            endpoints.add(endpoint);
        }
        return endpoints;
    }

    private static EndpointConfig endpoint(Section section) throws ConfigException {
        Optional<String> text = section.text("url");
        if (text.isEmpty()) {
            throw new ConfigException(section.place(), "an endpoint has no url", "url: scheme://host[:port]", "add one");
        }
        EndpointUrl url;
        try {
            url = EndpointUrl.parse(text.get());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(section.placeOf("url"), "the url \"" + text.get() + "\" can't be used: "
                    + e.getMessage(), "such as http://hello.demo, https://*.wild.demo or tcp://db.demo:5432", "correct it");
        }
        List<String> bindings = section.texts("bindings");
        return new EndpointConfig(url, destination(section, url), id(section), section.text("description").orElse(""),
                section.text("metadata").orElse(""), bindings.isEmpty() ? List.of("kubernetes") : bindings,
                section.flag("pooling"), section.flag("offline"), direct(section));
    }

    private static Optional<HostPort> direct(Section section) throws ConfigException {
        if (section.text("direct").isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(section.address("direct", CloudConfig.Ingress.DEFAULT_LISTEN));
    }

    private static Optional<String> id(Section section) throws ConfigException {
        Optional<String> id = section.text("id");
        if (id.isPresent() && !id.get().matches("ep_[A-Za-z0-9]{1,60}")) {
            throw new ConfigException(section.placeOf("id"), "the id \"" + id.get() + "\" is not one of ngrok's kind",
                    "ep_ and letters or digits", "change it, or leave it out");
        }
        return id;
    }

    private static Destination destination(Section section, EndpointUrl url) throws ConfigException {
        Optional<String> forward = section.text("forward_to");
        Optional<String> backend = section.text("backend");
        if (forward.isPresent() && backend.isPresent()) {
            throw new ConfigException(section.placeOf("backend"), "an endpoint has both forward_to and backend",
                    "one of the two", "remove the other");
        }
        if (forward.isPresent()) {
            HostPort address = section.address("forward_to", new HostPort("127.0.0.1", 3000));
            if (address.port() == 0) {
                throw new ConfigException(section.placeOf("forward_to"), "forward_to has the port 0",
                        "a port that something listens on", "correct it");
            }
            return new Destination.Forward(address);
        }
        if (backend.isEmpty()) {
            return new Destination.Sample(SampleBackend.forScheme(url.scheme()));
        }
        Optional<SampleBackend> sample = SampleBackend.of(backend.get());
        if (sample.isEmpty()) {
            throw new ConfigException(section.placeOf("backend"), "unknown backend \"" + backend.get() + "\"",
                    "one of " + String.join(", ", SampleBackend.words()),
                    Nearest.to(backend.get(), SampleBackend.words()).map(near -> "did you mean \"" + near + "\"?")
                            .orElse("choose one of them"));
        }
        return new Destination.Sample(sample.get());
    }

    private static FaultPlan faults(Section top) throws ConfigException {
        Section section = top.section("faults", FAULTS);
        List<ApiFault> faults = new ArrayList<>();
        for (YamlNode item : section.items("api")) {
            Section fault = Section.of("a fault", item, API_FAULT);
            faults.add(new ApiFault(fault.text("method").orElse(""), fault.text("path").orElse("/"),
                    refusal(fault), fault.number("retry_after", 0, 0, 3600),
                    fault.duration("delay", Duration.ZERO), fault.duration("clock", Duration.ZERO), fault.flag("truncate"),
                    fault.number("times", Integer.MAX_VALUE, 1, Integer.MAX_VALUE)));
        }
        List<IngressFault> ingress = new ArrayList<>();
        for (YamlNode item : section.items("ingress")) {
            ingress.add(ingressFault(Section.of("a fault", item, INGRESS_FAULT)));
        }
        return new FaultPlan(faults, ingress, section.flag("forget_operators"));
    }

    private static ApiFault.Refusal refusal(Section fault) throws ConfigException {
        int status = fault.number("status", 0, 400, 599);
        String code = fault.text("error_code").orElse("");
        String message = fault.text("msg").orElse("");
        if (status == 0 && !(code.isEmpty() && message.isEmpty())) {
            throw new ConfigException(fault.place(), "a fault has an error_code or a msg and no status",
                    "a status from 400 to 599 beside them", "add one");
        }
        if (!code.isEmpty() && !code.matches("ERR_NGROK_[0-9]{1,9}")) {
            throw new ConfigException(fault.placeOf("error_code"), "the error_code \"" + code + "\" is not one of ngrok's kind",
                    "ERR_NGROK_ and digits", "correct it");
        }
        return new ApiFault.Refusal(status, code, message);
    }

    private static IngressFault ingressFault(Section fault) throws ConfigException {
        String word = fault.text("kind").orElse("");
        Optional<IngressFault.Kind> kind = IngressFault.Kind.of(word);
        if (kind.isEmpty()) {
            throw new ConfigException(fault.placeOf("kind"), "unknown kind of fault \"" + word + "\"",
                    "one of " + String.join(", ", IngressFault.Kind.words()),
                    Nearest.to(word, IngressFault.Kind.words()).map(near -> "did you mean \"" + near + "\"?").orElse("choose one of them"));
        }
        return new IngressFault(kind.get(), fault.number("times", Integer.MAX_VALUE, 1, Integer.MAX_VALUE));
    }
}
