package io.ngrokd.kernel.ngrok;

/**
 * Our registration as the API answers it.
 *
 * @param id {@code k8sop_...}
 * @param certificate the client certificate and its chain, PEM; empty when the answer has none
 * @param ingressEndpoint {@code host:port} or {@code host} of the binding ingress; empty when the answer has none
 */
public record Operator(String id, String certificate, String ingressEndpoint) {}
