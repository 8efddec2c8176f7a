/**
 * Which HTTP proxy leads where: the proxy, its credentials, and the targets that are reached without it. Both planes use it:
 * the control plane towards the API, the data plane towards the ingress.
 *
 * <p>Never here: connections.
 */
package io.ngrokd.kernel.proxy;
