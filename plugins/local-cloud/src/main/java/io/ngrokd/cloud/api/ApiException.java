package io.ngrokd.cloud.api;

import io.ngrokd.cloud.fault.ApiFault;

/**
 * An error answer. Codes that ngrok uses keep their meaning; those from 9300 on are the local cloud's own for errors
 * whose code at ngrok is not publicly known.
 */
final class ApiException extends Exception {

    private final int status;
    private final String code;

    private ApiException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static ApiException badKey(String message) {
        return new ApiException(401, "ERR_NGROK_202", message);
    }

    static ApiException badVersion(String version) {
        return new ApiException(400, "ERR_NGROK_9301", version == null
                ? "The header Ngrok-Version is missing; this API has the version 2."
                : "The API version '" + version + "' is not known; use Ngrok-Version: 2.");
    }

    static ApiException invalid(String message) {
        return new ApiException(400, "ERR_NGROK_9302", message);
    }

    static ApiException badRequest(String reason) {
        return new ApiException(400, "ERR_NGROK_9303", reason);
    }

    static ApiException badSelector(String reason) {
        return new ApiException(400, "ERR_NGROK_9304", reason);
    }

    static ApiException noSuchResource(String what) {
        return new ApiException(404, "ERR_NGROK_404", "Resource not found: " + what);
    }

    static ApiException fault(ApiFault.Refusal refusal) {
        return new ApiException(refusal.status(), refusal.errorCode().isEmpty() ? "ERR_NGROK_9399" : refusal.errorCode(),
                refusal.message().isEmpty() ? "The local cloud was asked to answer with " + refusal.status() + "." : refusal.message());
    }

    static ApiException broken() {
        return new ApiException(500, "ERR_NGROK_9300", "The local cloud failed; its log says why.");
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
