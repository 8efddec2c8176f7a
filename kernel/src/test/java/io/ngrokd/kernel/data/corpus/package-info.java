/**
 * Hostile and odd input as files, and the suites that send each of them through the data plane. The files and what they may
 * say are explained in their README, in the resources of the same package.
 */
package io.ngrokd.kernel.data.corpus;
