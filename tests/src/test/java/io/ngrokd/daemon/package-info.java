/**
 * The whole daemon, as users get it: the unpacked zip, started in a machine of its own ({@link Machine}), fed by the local
 * cloud ({@link Cloud}), and talked to with real clients. One suite for each promise.
 *
 * <p>Never here: the kernel's or a plugin's classes, but for plugins that are broken on purpose.
 */
package io.ngrokd.daemon;
