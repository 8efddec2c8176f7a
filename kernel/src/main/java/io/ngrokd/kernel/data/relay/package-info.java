/**
 * Moves bytes between two connections, buffer to buffer, until both directions have ended.
 *
 * <p>Each direction stops reading while the other side can't take more, and ends on its own: half of a connection may
 * be over long before the other. Never here: parsing, dialling, routes.
 */
package io.ngrokd.kernel.data.relay;
