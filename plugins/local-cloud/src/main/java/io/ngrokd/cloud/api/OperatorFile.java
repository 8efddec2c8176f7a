package io.ngrokd.cloud.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.cloud.authority.IssuedCertificate;
import io.ngrokd.cloud.endpoint.Selector;
import io.ngrokd.cloud.endpoint.SelectorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the operators in a JSON file, so that a restart of the cloud does not orphan the daemons. */
final class OperatorFile {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorFile.class);

    private final ObjectMapper mapper = new ObjectMapper();
    private final Path file;

    OperatorFile(Path file) {
        this.file = file;
    }

    Map<String, Operator> load() throws IOException {
        Map<String, Operator> operators = new HashMap<>();
        if (!Files.exists(file)) {
            return operators;
        }
        try {
            for (JsonNode node : mapper.readTree(file.toFile())) {
                Operator operator = fromJson(node);
                operators.put(operator.id(), operator);
            }
            return operators;
        } catch (JsonProcessingException | DateTimeException | SelectorException e) {
            Path aside = file.resolveSibling(file.getFileName() + ".corrupt");
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            LOG.error("The saved operators can't be read and were set aside, daemons will register again. file={}",
                    aside, e);
            return new HashMap<>();
        }
    }

    void save(Collection<Operator> operators) throws IOException {
        ArrayNode array = mapper.createArrayNode();
        operators.forEach(operator -> array.add(toJson(operator)));
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        mapper.writerWithDefaultPrettyPrinter().writeValue(fresh.toFile(), array);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private ObjectNode toJson(Operator operator) {
        ObjectNode json = mapper.createObjectNode();
        json.put("id", operator.id());
        json.put("created_at", operator.createdAt().toString());
        json.put("updated_at", operator.updatedAt().toString());
        json.put("description", operator.description());
        json.put("metadata", operator.metadata());
        operator.enabledFeatures().forEach(json.putArray("enabled_features")::add);
        json.put("region", operator.region());
        ObjectNode deployment = json.putObject("deployment");
        operator.deployment().forEach(deployment::put);
        operator.selectors().forEach(selector -> json.withArray("/endpoint_selectors").add(selector.text()));
        json.put("cert", operator.certificate().pem());
        json.put("not_before", operator.certificate().notBefore().toString());
        json.put("not_after", operator.certificate().notAfter().toString());
        json.put("ingress_endpoint", operator.ingressEndpoint());
        return json;
    }

    private static Operator fromJson(JsonNode json) throws SelectorException {
        List<Selector> selectors = new ArrayList<>();
        for (String text : texts(json.path("endpoint_selectors"))) {
            selectors.add(Selector.parse(text));
        }
        Map<String, String> deployment = new HashMap<>();
        json.path("deployment").properties().forEach(field -> deployment.put(field.getKey(), field.getValue().asText()));
        JsonNode ingress = json.path("ingress_endpoint");
        return new Operator(json.path("id").asText(), Instant.parse(json.path("created_at").asText()),
                Instant.parse(json.path("updated_at").asText()), json.path("description").asText(),
                json.path("metadata").asText(), texts(json.path("enabled_features")), json.path("region").asText(),
                deployment, selectors, new IssuedCertificate(json.path("cert").asText(),
                        Instant.parse(json.path("not_before").asText()), Instant.parse(json.path("not_after").asText())),
                ingress.isTextual() ? ingress.asText() : null);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(item -> texts.add(item.asText()));
        return texts;
    }
}
