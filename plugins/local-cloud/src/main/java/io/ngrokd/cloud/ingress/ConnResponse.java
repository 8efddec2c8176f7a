package io.ngrokd.cloud.ingress;

/** The answer; empty strings are left out on the wire. */
record ConnResponse(String endpointId, String proto, String errorCode, String errorMessage) {

    static ConnResponse accepted(String endpointId, String proto) {
        return new ConnResponse(endpointId, proto, "", "");
    }

    static ConnResponse refused(String code, String message) {
        return new ConnResponse("", "", code, message);
    }
}
