/**
 * The binding ingress: mutual TLS, one exchange that names an endpoint, then bytes in both directions. It decides
 * nothing about operators and endpoints beyond asking for them.
 */
package io.ngrokd.cloud.ingress;
