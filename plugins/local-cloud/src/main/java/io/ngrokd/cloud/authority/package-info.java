/**
 * The private certificate authority: keeps its keys, checks requests as strictly as ngrok does, issues client
 * certificates to operators and server certificates to the ingress and the sample backends. Opens no port.
 */
package io.ngrokd.cloud.authority;
