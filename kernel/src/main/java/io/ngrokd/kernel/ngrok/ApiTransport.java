package io.ngrokd.kernel.ngrok;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.ngrokd.kernel.proxy.ProxyServer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One JSON call: request out, JSON in, everything else an {@link ApiException} in words. Blocks; not for event loops. */
public final class ApiTransport implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ApiTransport.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    /** A page has at most 100 endpoints, each with at most 4 KiB of metadata. */
    private static final int MOST_BYTES = 8 << 20;

    private final Context context;
    private final ApiClients clients;
    private final ApiLimits limits;
    private final Supplier<ApiAccess> access;
    private final String userAgent;
    private volatile Consumer<Instant> clocks = time -> {};

    /**
     * @param access asked at every call, so that a new key or URL counts at once
     * @param userAgent who we are
     */
    public ApiTransport(Vertx vertx, Supplier<ApiAccess> access, String userAgent) {
        this(vertx, access, () -> ApiNetwork.PLAIN, userAgent);
    }

    /**
     * @param access asked at every call, so that a new key or URL counts at once
     * @param network asked at the first call, after {@link #reload()}, and when the API was not trusted; may read files
     * @param userAgent who we are
     */
    public ApiTransport(Vertx vertx, Supplier<ApiAccess> access, Supplier<ApiNetwork> network, String userAgent) {
        this(vertx, access, network, userAgent, ApiLimits.DEFAULT);
    }

    ApiTransport(Vertx vertx, Supplier<ApiAccess> access, Supplier<ApiNetwork> network, String userAgent, ApiLimits limits) {
        this.context = vertx.getOrCreateContext();
        this.clients = new ApiClients(vertx, network, limits);
        this.limits = limits;
        this.access = access;
        this.userAgent = userAgent;
    }

    /**
     * @param listener gets the time, in whole seconds, that every answer of the API bears; on the thread of the call
     */
    public void onTime(Consumer<Instant> listener) {
        clocks = listener;
    }

    /** The network's settings may have changed: the next call looks. */
    public void reload() {
        clients.reload();
    }

    /**
     * @param pathAndQuery behind the base URL
     * @param body JSON, or null for none
     * @return the JSON answered; a missing node for 204
     */
    JsonNode call(HttpMethod method, String pathAndQuery, JsonNode body) throws ApiException {
        ApiAccess to = access.get();
        String url = to.url() + pathAndQuery;
        HttpClientAgent client = clients.get();
        Optional<ProxyServer> proxy = clients.proxy(to.url());
        try {
            RequestOptions options = new RequestOptions().setMethod(method).setAbsoluteURI(url)
                    .putHeader("Authorization", "Bearer " + to.key()).putHeader("Ngrok-Version", "2")
                    .putHeader("User-Agent", userAgent).putHeader("Accept", "application/json");
            proxy.map(clients::options).ifPresent(options::setProxyOptions);
            Future<Answer> answer = onEventLoop(() -> client.request(options).compose(request -> {
                request.idleTimeout(limits.call().toMillis());
                if (body == null) {
                    return request.send();
                }
                return request.putHeader("Content-Type", "application/json").send(Buffer.buffer(body.toString()));
            }).compose(response -> collect(response).map(content -> new Answer(response, content))));
            Answer arrived = answer.await(limits.call().toMillis(), TimeUnit.MILLISECONDS);
            tellTime(arrived.response().getHeader("Date"));
            return read(method, pathAndQuery, arrived, to.key());
        } catch (TimeoutException late) {
            throw ApiException.unreachable("no answer from " + to.url() + " within " + limits.call().toSeconds() + " s" + ApiFailures.through(proxy), late);
        } catch (ApiException said) {
            throw said;
        } catch (Exception failed) {
            if (ApiFailures.isUntrusted(failed)) {
                // Perhaps the user puts a root into a folder now; no change of the config would tell.
                clients.reload();
            }
            // Without the cause: libraries put header values, the key among them, into their messages.
            throw ApiException.unreachable(masked(ApiFailures.explain(to.url(), failed, proxy), to.key()), null);
        }
    }

    /**
     * Where the response arrives too: chained on the caller's thread, its handlers could be set only after a quick answer
     * has come and gone.
     */
    private <T> Future<T> onEventLoop(Supplier<Future<T>> call) {
        Promise<T> result = Promise.promise();
        context.runOnContext(now -> {
            try {
                call.get().onComplete(result);
            } catch (RuntimeException refused) {
                result.fail(refused);
            }
        });
        return result.future();
    }

    private record Answer(HttpClientResponse response, Buffer content) {}

    private static Future<Buffer> collect(HttpClientResponse response) {
        Buffer content = Buffer.buffer();
        response.handler(part -> {
            if (content.length() + part.length() > MOST_BYTES) {
                response.request().reset();
            } else {
                content.appendBuffer(part);
            }
        });
        return response.end().map(content);
    }

    private static JsonNode read(HttpMethod method, String path, Answer answer, String key) throws ApiException {
        int status = answer.response().statusCode();
        JsonNode json = parse(answer.content());
        if (status >= 200 && status < 300) {
            if (status != 204 && (json == null || !json.isObject())) {
                throw ApiException.unusableAnswer(status, "the answer of " + method + " " + path + " is no JSON object");
            }
            return status == 204 ? MissingNode.getInstance() : json;
        }
        throw refusal(status, json, method + " " + path, answer.response().getHeader("Retry-After"), key);
    }

    private static ApiException refusal(int status, JsonNode json, String what, String retryAfter, String key) {
        JsonNode error = json == null ? MissingNode.getInstance() : json;
        String message = error.path("msg").asText("");
        String code = error.path("error_code").asText("");
        String operation = error.path("details").path("operation_id").asText("");
        StringBuilder text = new StringBuilder(message.isEmpty() ? what + " answered HTTP " + status : message.strip());
        if (!code.isEmpty() && text.indexOf(code) < 0) {
            text.append(" (").append(code).append(')');
        }
        if (!operation.isEmpty()) {
            text.append(" [operation ").append(operation).append(']');
        }
        return new ApiException(status, code, masked(text.toString(), key), seconds(retryAfter), null);
    }

    private void tellTime(String date) {
        if (date == null) {
            return;
        }
        try {
            clocks.accept(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date.strip(), Instant::from));
        } catch (DateTimeException odd) {
            LOG.debug("An answer of the API bears no proper date. value={}", odd.getMessage());
        }
    }

    private static Duration seconds(String retryAfter) {
        try {
            return retryAfter == null ? null : Duration.ofSeconds(Math.clamp(Long.parseLong(retryAfter.strip()), 1, 3600));
        } catch (NumberFormatException aDate) {
            return Duration.ofSeconds(60);
        }
    }

    private static JsonNode parse(Buffer content) {
        try {
            return JSON.readTree(content.getBytes());
        } catch (JacksonException noJson) {
            return null;
        } catch (IOException impossibleInMemory) {
            return null;
        }
    }

    private static String masked(String text, String key) {
        return key.isEmpty() ? text : text.replace(key, "***");
    }

    @Override
    public void close() {
        clients.close();
    }
}
