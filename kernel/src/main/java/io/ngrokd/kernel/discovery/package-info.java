/**
 * From what a remote source lists to a full, checked picture of the endpoints that this machine is to serve.
 *
 * <p>A failed or partial listing is an error and never a picture with fewer endpoints. Never here: addresses, listeners,
 * names.
 */
package io.ngrokd.kernel.discovery;
