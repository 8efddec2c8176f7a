/**
 * The configuration: reading the file, checking every value, and the immutable records that the rest of the kernel gets.
 *
 * <p>{@link io.ngrokd.kernel.config.Keys} lists every key once, with type, default, range and words. A new key is a line there and
 * one in {@link io.ngrokd.kernel.config.Assembly}; the tests then ask for it in {@code config/config.yml}, in the guide and in the
 * schema ({@code bin/ngrokd config schema > config/ngrokd.schema.json}).
 *
 * <p>A value that is wrong is an error that names file, line, column, key and mend; it is never a warning. Never here:
 * acting on a value.
 */
package io.ngrokd.kernel.config;
