/**
 * Certificates to trust: read from the files that the config names, joined with the system's roots. Both planes use it:
 * the data plane towards the ingress, the control plane towards the API.
 *
 * <p>Never here: who is trusted for what, and anything of our own identity.
 */
package io.ngrokd.kernel.trust;
