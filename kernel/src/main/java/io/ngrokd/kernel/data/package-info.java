/**
 * The data plane: listen, sniff, route, ingress, relay.
 *
 * <p>A connection stays on one event loop for its whole life: the client's channel and the ingress channel that is
 * paired with it share a thread, so nothing here locks and nothing may block. The only thing shared with the control
 * plane is the route snapshot. Never here: decisions about endpoints, the event bus, imports of the control plane.
 */
package io.ngrokd.kernel.data;
