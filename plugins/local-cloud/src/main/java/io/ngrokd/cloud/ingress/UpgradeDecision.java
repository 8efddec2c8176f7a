package io.ngrokd.cloud.ingress;

import io.ngrokd.cloud.endpoint.Endpoint;

/** Whether a ConnRequest gets its endpoint. */
sealed interface UpgradeDecision {

    record Accepted(Endpoint endpoint) implements UpgradeDecision {}

    record Refused(String code, String message) implements UpgradeDecision {}
}
