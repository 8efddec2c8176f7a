/** Faults that the cloud commits on request, to see how a daemon bears them. Says what goes wrong; others do it. */
package io.ngrokd.cloud.fault;
