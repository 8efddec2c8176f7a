/** Whether the machines for tests keep what they promise: the one that they run on comes out untouched. */
package io.ngrokd.testing;
