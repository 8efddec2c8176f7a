package io.ngrokd.kernel.ngrok;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The calls of the API that the daemon makes. */
public final class NgrokApi {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OPERATORS = "/kubernetes_operators";
    /** 65,000 endpoints are 650 pages; more than this is a listing that never ends. */
    private static final int MOST_PAGES = 5_000;

    private final ApiTransport transport;

    public NgrokApi(ApiTransport transport) {
        this.transport = transport;
    }

    /**
     * Registers a new operator.
     *
     * @param certificateRequest PKCS#10, PEM
     */
    public Operator register(OperatorSettings settings, String certificateRequest) throws ApiException {
        ObjectNode body = JSON.createObjectNode();
        body.put("description", settings.description());
        body.put("metadata", settings.metadata());
        body.putArray("enabled_features").add("bindings");
        body.put("region", settings.region());
        ObjectNode binding = body.putObject("binding");
        settings.selectors().forEach(binding.putArray("endpoint_selectors")::add);
        binding.put("csr", certificateRequest);
        return operator(transport.call(HttpMethod.POST, OPERATORS, body));
    }

    /**
     * Asks for a new certificate for an operator.
     *
     * @param certificateRequest PKCS#10, PEM
     */
    public Operator renew(String id, String certificateRequest) throws ApiException {
        ObjectNode body = JSON.createObjectNode();
        body.putObject("binding").put("csr", certificateRequest);
        return operator(transport.call(HttpMethod.PATCH, OPERATORS + "/" + id, body));
    }

    /** Changes what differs; the region cannot be. */
    public Operator change(String id, OperatorSettings before, OperatorSettings after) throws ApiException {
        ObjectNode body = JSON.createObjectNode();
        if (!after.description().equals(before.description())) {
            body.put("description", after.description());
        }
        if (!after.metadata().equals(before.metadata())) {
            body.put("metadata", after.metadata());
        }
        if (!after.selectors().equals(before.selectors())) {
            after.selectors().forEach(body.putObject("binding").putArray("endpoint_selectors")::add);
        }
        return operator(transport.call(HttpMethod.PATCH, OPERATORS + "/" + id, body));
    }

    /** All operators of the account. */
    public List<Operator> operators() throws ApiException {
        List<Operator> operators = new ArrayList<>();
        for (JsonNode item : list(OPERATORS + "?limit=100", "operators")) {
            operators.add(operator(item));
        }
        return operators;
    }

    /** Our operator as the API knows it; not found when somebody deleted it. */
    public Operator operator(String id) throws ApiException {
        return operator(transport.call(HttpMethod.GET, OPERATORS + "/" + id, null));
    }

    /** Removes a registration. */
    public void delete(String id) throws ApiException {
        transport.call(HttpMethod.DELETE, OPERATORS + "/" + id, null);
    }

    /** All endpoints bound to our operator; not found when somebody deleted the operator. */
    public List<RemoteEndpoint> boundEndpoints(String operatorId) throws ApiException {
        return endpoints(OPERATORS + "/" + operatorId + "/bound_endpoints?limit=100");
    }

    /** All endpoints of the account. */
    public List<RemoteEndpoint> endpoints() throws ApiException {
        return endpoints("/endpoints?limit=100");
    }

    private List<RemoteEndpoint> endpoints(String firstPage) throws ApiException {
        return list(firstPage, "endpoints").stream().map(NgrokApi::endpoint).toList();
    }

    private List<JsonNode> list(String firstPage, String what) throws ApiException {
        List<JsonNode> all = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        String page = firstPage;
        while (page != null) {
            if (!seen.add(page) || seen.size() > MOST_PAGES) {
                throw ApiException.unusableAnswer(200, "the listing never ends: its page " + page + " came again");
            }
            JsonNode answer = transport.call(HttpMethod.GET, page, null);
            JsonNode items = answer.get(what);
            if (items == null || !items.isArray()) {
                throw ApiException.unusableAnswer(200, "the answer of " + page + " is no list of " + what);
            }
            items.forEach(all::add);
            page = nextPage(answer.path("next_page_uri").asText(""));
        }
        return all;
    }

    /** Path and query only: the key never goes to another host than the one configured. */
    private static String nextPage(String uri) throws ApiException {
        if (uri.isEmpty() || uri.equals("null")) {
            return null;
        }
        try {
            URI next = URI.create(uri);
            if (next.getRawPath() == null || !next.getRawPath().startsWith("/")) {
                throw ApiException.unusableAnswer(200, "the listing's next_page_uri has no path: " + uri);
            }
            return next.getRawPath() + (next.getRawQuery() == null ? "" : "?" + next.getRawQuery());
        } catch (IllegalArgumentException malformed) {
            throw ApiException.unusableAnswer(200, "the listing's next_page_uri is no URL: " + uri);
        }
    }

    private static RemoteEndpoint endpoint(JsonNode item) {
        List<String> bindings = new ArrayList<>();
        item.path("bindings").forEach(binding -> bindings.add(binding.asText()));
        return new RemoteEndpoint(
                item.path("id").asText(""), either(item, "url", "public_url"), either(item, "proto", "scheme"), bindings);
    }

    private static String either(JsonNode item, String field, String twin) {
        String value = item.path(field).asText("");
        return value.isEmpty() || value.equals("null") ? item.path(twin).asText("") : value;
    }

    private static Operator operator(JsonNode answer) throws ApiException {
        String id = answer.path("id").asText("");
        if (id.isEmpty()) {
            throw ApiException.unusableAnswer(200, "the answer describes no operator");
        }
        JsonNode binding = answer.path("binding");
        List<String> selectors = new ArrayList<>();
        binding.path("endpoint_selectors").forEach(selector -> selectors.add(selector.asText()));
        return new Operator(id,
                new OperatorSettings(answer.path("description").asText(""), answer.path("metadata").asText(""),
                        answer.path("region").asText(""), selectors),
                binding.path("cert").path("cert").asText(""), binding.path("ingress_endpoint").asText(""));
    }
}
