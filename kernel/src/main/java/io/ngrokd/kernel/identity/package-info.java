/**
 * Who we are to ngrok: the operator's id, the key that never leaves this machine, and its certificate.
 *
 * <p>Never here: connections that use the certificate; they get it handed over.
 */
package io.ngrokd.kernel.identity;
