/**
 * What this machine's network looks like, as Java tells it on every system.
 *
 * <p>Never here: changing anything of it, or deciding what follows from it.
 */
package io.ngrokd.kernel.network;
