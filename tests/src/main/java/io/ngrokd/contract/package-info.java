/**
 * Contract suites: one abstract JUnit class per extension point, in a package of its own, that checks what the
 * Javadoc of {@code io.ngrokd.api.spi} promises. Plugin authors depend on this jar in test scope and extend the suite of
 * their role; ours pass the same.
 *
 * <p>Here: what the suites share, stand-ins for what the kernel hands to backends. Never here: knowledge of an operating
 * system, tests of the daemon as a whole.
 */
package io.ngrokd.contract;
