/**
 * The extension points, their factories and what the kernel hands them.
 *
 * <p>Every role follows one form. A {@link io.ngrokd.api.spi.BackendFactory} says whether it can work here and makes
 * the backend; the backend is given the <em>whole</em> wanted state each time, makes it so, and says what failed.
 * Repeating a request is harmless. Undoing needs no memory of the process: what a backend changes outside the state
 * folder it writes to its {@link io.ngrokd.api.spi.Journal} first.
 *
 * <p>Threads: the kernel calls a backend on virtual threads, one call at a time; methods may block. A call that throws
 * degrades that backend's own stage and is tried again; it never takes the daemon with it.
 *
 * <p>Names: a factory is a PF4J extension: annotate the class with {@code @org.pf4j.Extension}.
 */
package io.ngrokd.api.spi;
