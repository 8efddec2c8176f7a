/**
 * The daemon: its command line, and the one place where everything is wired together.
 *
 * <p>Three loops on virtual threads drive the control plane: {@link io.ngrokd.kernel.DiscoveryLoop} asks the cloud what
 * there is, {@link io.ngrokd.kernel.ControlLoop} makes it so, {@link io.ngrokd.kernel.RenewalLoop} keeps the certificate
 * fresh; {@link io.ngrokd.kernel.IdentityKeeper} sees to it that we are registered. They block freely; event loops never
 * do. Never here: how any one thing is done.
 */
package io.ngrokd.kernel;
