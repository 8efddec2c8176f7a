/**
 * {@code ngrokd start-cache}: runs daemon and {@code ngrokctl} once with a local cloud, and has Java remember what they
 * loaded (JEP 514), so that they start in half the time. Both are child processes; nothing of them is linked here.
 */
package io.ngrokd.cloud.rehearsal;
