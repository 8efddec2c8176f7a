package io.ngrokd.cloud.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ngrokd.cloud.authority.CertificateAuthority;
import io.ngrokd.cloud.config.CloudConfig;
import io.ngrokd.cloud.endpoint.Endpoints;
import io.ngrokd.cloud.fault.ApiFault;
import io.ngrokd.cloud.fault.Faults;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API on its port: authentication, versions, errors and faults are dealt with here, the calls in the routes. */
public final class ApiServer {

    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final int MOST_BODY_BYTES = 1 << 20;

    private final ObjectMapper mapper = new ObjectMapper();
    private final Vertx vertx;
    private final Faults faults;
    private final OperatorService service;
    private final ApiRoutes routes;
    private final ApiJson json;
    private volatile List<String> keys;
    private HttpServer server;

    public ApiServer(Vertx vertx, CloudConfig config, CertificateAuthority authority, Operators operators,
            Endpoints endpoints, Faults faults, Supplier<String> ingressEndpoint) {
        this.vertx = vertx;
        this.faults = faults;
        this.keys = config.api().keys();
        this.service = new OperatorService(authority, operators, config.certificateLifetime());
        this.routes = new ApiRoutes(mapper, service, operators, endpoints, ingressEndpoint);
        this.json = new ApiJson(mapper);
    }

    /** @return the port */
    public Future<Integer> start(String host, int port) {
        Router router = Router.router(vertx);
        router.route().handler(BodyHandler.create(false).setBodyLimit(MOST_BODY_BYTES));
        // Not ordered: a client that is made to wait must not make the others wait.
        router.route().blockingHandler(this::handle, false);
        server = vertx.createHttpServer(new HttpServerOptions().setHost(host).setPort(port)).requestHandler(router);
        return server.listen().map(HttpServer::actualPort);
    }

    public void keys(List<String> newKeys) {
        keys = List.copyOf(newKeys);
    }

    public void certificateLifetime(Duration lifetime) {
        service.certificateLifetime(lifetime);
    }

    private void handle(RoutingContext call) {
        Optional<ApiFault> fault = faults.take(call.request().method().name(), call.request().path());
        String operationId = "op_" + UUID.randomUUID().toString().replace("-", "").substring(0, 27);
        int status;
        JsonNode body;
        try {
            if (fault.isPresent() && fault.get().refuses()) {
                throw ApiException.fault(fault.get().refusal());
            }
            authenticate(call);
            ApiRoutes.Answer answer = routes.answer(call);
            status = answer.status();
            body = answer.body();
        } catch (ApiException e) {
            LOG.info("An API call was refused. method={} path={} status={} code={} reason=\"{}\" operation={}",
                    call.request().method(), call.request().path(), e.status(), e.code(), e.getMessage(), operationId);
            status = e.status();
            body = json.error(e, operationId);
        } catch (IOException | RuntimeException e) {
            LOG.error("An API call failed. method={} path={} operation={}", call.request().method(),
                    call.request().path(), operationId, e);
            status = 500;
            body = json.error(ApiException.broken(), operationId);
        }
        long delay = fault.map(ApiFault::delay).orElse(Duration.ZERO).toMillis();
        Buffer bytes = body == null ? Buffer.buffer() : encode(body);
        int finalStatus = status;
        if (delay > 0) {
            vertx.setTimer(delay, _ -> send(call, finalStatus, bytes, fault));
        } else {
            send(call, finalStatus, bytes, fault);
        }
    }

    private void authenticate(RoutingContext call) throws ApiException {
        String authorization = call.request().getHeader("Authorization");
        if (authorization == null || !authorization.startsWith("Bearer ")) {
            throw ApiException.badKey("The request has no API key: send Authorization: Bearer and the key.");
        }
        byte[] given = authorization.substring("Bearer ".length()).strip().getBytes(StandardCharsets.UTF_8);
        if (keys.stream().noneMatch(key -> MessageDigest.isEqual(key.getBytes(StandardCharsets.UTF_8), given))) {
            throw ApiException.badKey("The API key is not one that the local cloud accepts (api.keys in its file).");
        }
        String version = call.request().getHeader("Ngrok-Version");
        if (!"2".equals(version)) {
            throw ApiException.badVersion(version);
        }
    }

    private void send(RoutingContext call, int status, Buffer bytes, Optional<ApiFault> fault) {
        HttpServerResponse response = call.response();
        if (response.closed() || response.ended()) {
            return;
        }
        response.setStatusCode(status);
        ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC).plus(fault.map(ApiFault::clock).orElse(Duration.ZERO));
        response.putHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(now));
        fault.filter(hit -> hit.retryAfter() > 0)
                .ifPresent(hit -> response.putHeader("Retry-After", Integer.toString(hit.retryAfter())));
        if (status == 204) {
            response.end();
            return;
        }
        response.putHeader("Content-Type", "application/json");
        if (fault.map(ApiFault::truncate).orElse(false)) {
            response.putHeader("Content-Length", Integer.toString(bytes.length()));
            response.write(bytes.slice(0, bytes.length() / 2)).onComplete(_ -> call.request().connection().close());
            return;
        }
        response.end(bytes);
    }

    private Buffer encode(JsonNode body) {
        try {
            return Buffer.buffer(mapper.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree can always be written", e);
        }
    }
}
