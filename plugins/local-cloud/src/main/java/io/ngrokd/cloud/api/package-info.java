/**
 * The REST API: operators and endpoints over HTTP, in ngrok's shapes and with ngrok's strictness. It hands the issuing
 * of certificates to the authority and knows nothing of the ingress but its address.
 */
package io.ngrokd.cloud.api;
