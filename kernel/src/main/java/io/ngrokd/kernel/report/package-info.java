/** What the process says of itself in a bug report, and what must not be in one. Knows nothing of the rest of the daemon. */
package io.ngrokd.kernel.report;
