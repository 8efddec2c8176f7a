package io.ngrokd.kernel.ngrok;

/**
 * Our registration as the API answers it.
 *
 * @param id {@code k8sop_...}
 * @param settings what it says of itself; texts that the answer lacks are empty
 * @param certificate the client certificate and its chain, PEM; empty when the answer has none
 * @param ingressEndpoint {@code host:port} or {@code host} of the binding ingress; empty when the answer has none
 */
public record Operator(String id, OperatorSettings settings, String certificate, String ingressEndpoint) {}
