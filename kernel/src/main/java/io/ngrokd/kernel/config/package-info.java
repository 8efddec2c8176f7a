/**
 * The configuration: reading the file, checking every value, and the immutable records that the rest of the kernel gets.
 *
 * <p>A value that is wrong is an error that names file, line, column, key and mend; it is never a warning. Never here:
 * acting on a value.
 */
package io.ngrokd.kernel.config;
