/**
 * What plugins that change the system have in common: files that others write too, programs that are run, settings that are
 * fought over.
 *
 * <p>This is no plugin. Plugins do not see each other, and the API does no work; so each plugin that needs it has a copy of
 * this package in its own jar. Nothing here may be shared state of the daemon.
 *
 * <p>{@link io.ngrokd.kit.system.SafeFile} gets bytes onto the disk whole or not at all; {@link io.ngrokd.kit.system.SystemRoot}
 * finds files; {@link io.ngrokd.kit.system.Programs} runs programs; {@link io.ngrokd.kit.system.Repairs} says when to give in.
 * Never here: what is in a file, and whose it is.
 */
package io.ngrokd.kit.system;
