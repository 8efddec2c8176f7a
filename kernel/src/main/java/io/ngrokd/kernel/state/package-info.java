/**
 * The daemon's own folder: who holds it, how files in it are written, and the journal of what was changed outside it.
 *
 * <p>Never here: what the files mean. That belongs to who writes them.
 */
package io.ngrokd.kernel.state;
