/**
 * Takes accepted connections over, decides what each is, and joins the parts that serve it.
 *
 * <p>{@link io.ngrokd.kernel.data.listen.DataPlane} is the data plane's face to plugins and to the control plane. Never
 * here: binding of sockets (that is the forwarding mode's), parsing, moving of bytes.
 */
package io.ngrokd.kernel.data.listen;
