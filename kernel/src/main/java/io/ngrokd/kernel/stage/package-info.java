/**
 * The stages: netif, forward, names. Requests go over the event bus to the chosen backends, in order, with time limits;
 * tear-down runs the order backwards, so that no name ever resolves to a listener that is not up.
 *
 * <p>Never here: what the wanted state is (that is {@code reconcile}), nor what users are told of it ({@code status}).
 */
package io.ngrokd.kernel.stage;
