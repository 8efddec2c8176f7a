/**
 * Shared mode: any number of endpoints behind each listener, on an address of this machine or on all of them.
 *
 * <p>{@link io.ngrokd.plugin.forward.shared.SharedForwardingFactory} makes it; the listener kit does the work. Never here:
 * telling endpoints apart, which is the kernel's.
 */
package io.ngrokd.plugin.forward.shared;
