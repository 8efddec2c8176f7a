/**
 * Thousands of mixed connections that are cut where it hurts. Plain Java without any library, because it runs as a program on
 * the suites' machines. Never here: what a daemon must look like afterwards; that is the suite's.
 */
package io.ngrokd.daemon.soak;
