/**
 * Machines for tests that change a machine: a network namespace for a thread, namespaces for processes, and a Linux
 * kernel that runs as a program.
 *
 * <p>None of them lets a test reach the interfaces or the {@code /etc} of the machine that it runs on. What cannot be
 * had here (no root, no kernel to boot) aborts the test with the reason, as JUnit's assumptions do. Never here: anything of
 * ngrokd.
 */
package io.ngrokd.testing;
