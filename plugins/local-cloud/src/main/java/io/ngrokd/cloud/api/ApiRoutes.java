package io.ngrokd.cloud.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.cloud.endpoint.Endpoint;
import io.ngrokd.cloud.endpoint.Endpoints;
import io.ngrokd.cloud.endpoint.Selector;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** What each call does, apart from HTTP matters that are the same for all. Called on worker threads. */
final class ApiRoutes {

    private final ObjectMapper mapper;
    private final ApiJson json;
    private final OperatorService service;
    private final Operators operators;
    private final Endpoints endpoints;
    private final Supplier<String> ingressEndpoint;

    ApiRoutes(ObjectMapper mapper, OperatorService service, Operators operators, Endpoints endpoints,
            Supplier<String> ingressEndpoint) {
        this.mapper = mapper;
        this.json = new ApiJson(mapper);
        this.service = service;
        this.operators = operators;
        this.endpoints = endpoints;
        this.ingressEndpoint = ingressEndpoint;
    }

    /** @param body null for an answer without one */
    record Answer(int status, JsonNode body) {}

    Answer answer(RoutingContext call) throws ApiException, IOException {
        HttpMethod method = call.request().method();
        List<String> path = List.of(call.request().path().substring(1).split("/"));
        boolean operatorCall = path.getFirst().equals("kubernetes_operators");
        if (method.equals(HttpMethod.GET)) {
            if (path.equals(List.of("endpoints"))) {
                return endpointList(call, endpoints.all());
            }
            if (path.size() == 2 && path.getFirst().equals("endpoints")) {
                return new Answer(200, json.endpoint(endpoint(path.get(1)), apiUrl(call)));
            }
            if (operatorCall && path.size() == 1) {
                return list(call, "operators", operators.all(), Operator::id, operator -> operator(call, operator));
            }
            if (operatorCall && path.size() == 2) {
                return new Answer(200, operator(call, service.find(path.get(1))));
            }
            if (operatorCall && path.size() == 3 && path.get(2).equals("bound_endpoints")) {
                Operator operator = service.find(path.get(1));
                return endpointList(call, endpoints.all().stream().filter(Endpoint::boundToKubernetes)
                        .filter(endpoint -> Selector.anySelects(operator.selectors(), endpoint)).toList());
            }
        } else if (operatorCall && method.equals(HttpMethod.POST) && path.size() == 1) {
            return new Answer(201, operator(call, service.create(request(call))));
        } else if (operatorCall && method.equals(HttpMethod.PATCH) && path.size() == 2) {
            return new Answer(200, operator(call, service.update(path.get(1), request(call))));
        } else if (operatorCall && method.equals(HttpMethod.DELETE) && path.size() == 2) {
            service.delete(path.get(1));
            return new Answer(204, null);
        }
        throw ApiException.noSuchResource("there is no " + method + " " + call.request().path());
    }

    private Endpoint endpoint(String id) throws ApiException {
        return endpoints.all().stream().filter(candidate -> candidate.id().equals(id)).findFirst()
                .orElseThrow(() -> ApiException.noSuchResource("no endpoint has the id " + id));
    }

    private ObjectNode operator(RoutingContext call, Operator operator) {
        return json.operator(operator, apiUrl(call), ingressEndpoint.get());
    }

    private Answer endpointList(RoutingContext call, Collection<Endpoint> all) throws ApiException {
        return list(call, "endpoints", all, Endpoint::id, endpoint -> json.endpoint(endpoint, apiUrl(call)));
    }

    private <T> Answer list(RoutingContext call, String key, Collection<T> all, Function<T, String> id,
            Function<T, ObjectNode> shape) throws ApiException {
        String uri = apiUrl(call) + call.request().path();
        Page<T> page = Page.of(all, id, uri, call.request().getParam("limit"), call.request().getParam("before_id"));
        ObjectNode body = mapper.createObjectNode();
        ArrayNode items = body.putArray(key);
        page.items().forEach(item -> items.add(shape.apply(item)));
        body.put("uri", uri);
        body.put("next_page_uri", page.nextUri());
        return new Answer(200, body);
    }

    private OperatorRequest request(RoutingContext call) throws ApiException {
        byte[] bytes = call.body().buffer() == null ? new byte[0] : call.body().buffer().getBytes();
        try {
            JsonNode body = mapper.readTree(bytes);
            if (body.isObject()) {
                return new OperatorRequest(body);
            }
        } catch (JsonProcessingException e) {
            throw ApiException.invalid("The body is not valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw ApiException.invalid("The body can't be read as JSON.");
        }
        throw ApiException.invalid("The body must be a JSON object.");
    }

    /** As the client sees us, so that the URLs handed out work for it. */
    static String apiUrl(RoutingContext call) {
        return call.request().scheme() + "://" + call.request().authority();
    }
}
