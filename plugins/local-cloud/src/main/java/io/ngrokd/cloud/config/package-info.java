/**
 * What cloud.yml says, as immutable records, and how it is read and watched. Nothing here opens a port or
 * knows who uses the values.
 */
package io.ngrokd.cloud.config;
