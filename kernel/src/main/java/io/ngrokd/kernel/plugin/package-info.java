/**
 * Plugins: loading their jars with PF4J, asking their factories whether they can work here, and choosing.
 *
 * <p>Never here: talking to a backend once it is chosen; that goes over the event bus, by way of the stages.
 */
package io.ngrokd.kernel.plugin;
