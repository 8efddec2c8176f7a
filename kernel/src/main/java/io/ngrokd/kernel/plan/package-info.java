/**
 * What the daemon would change, as values, text and JSON: sections of what each role's backend would do, and what becomes of endpoints.
 *
 * <p>Pure. Never here: asking backends, which the wiring does over the event bus.
 */
package io.ngrokd.kernel.plan;
