/**
 * What users are told: the state of every endpoint and of the daemon. The only writer of results, and the only
 * publisher of endpoint events.
 *
 * <p>Never here: deciding anything; nobody acts on what stands here but people and their scripts.
 */
package io.ngrokd.kernel.status;
