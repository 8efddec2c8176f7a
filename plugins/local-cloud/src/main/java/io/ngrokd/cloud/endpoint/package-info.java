/**
 * The endpoints that exist right now, how a host and port are matched to them, and which of them an operator's
 * selectors let it see. No I/O.
 */
package io.ngrokd.cloud.endpoint;
