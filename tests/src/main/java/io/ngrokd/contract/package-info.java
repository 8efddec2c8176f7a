/**
 * Contract suites: one abstract JUnit class per extension point, run on our backends and open to everybody else's.
 *
 * <p>A plugin author depends on this jar in test scope, extends the suite of the role and returns the factory. Here:
 * what the suites share. Never here: tests of the daemon as a whole.
 */
package io.ngrokd.contract;
