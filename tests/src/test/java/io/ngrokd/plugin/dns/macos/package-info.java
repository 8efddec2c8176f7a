/** The strategy for macOS on a machine that is played by a folder: strict stand-ins of its commands, and a reader of its resolver files. */
package io.ngrokd.plugin.dns.macos;
