/**
 * Contract suites: one abstract JUnit class per extension point, in a package of its own, that checks what the
 * Javadoc of {@code io.ngrokd.api.spi} promises. Plugin authors extend it for their backend; ours pass the same.
 *
 * <p>Here: the stand-ins for what the kernel hands to backends. Never here: knowledge of an operating system.
 */
package io.ngrokd.contract;
