/**
 * What forwarding modes have in common: sockets that listen, ports that are taken, connections that outlive their listener.
 *
 * <p>This is no plugin. Plugins do not see each other, and the API does no work; so each forwarding mode has a copy of
 * this package in its own jar, which its own class loader loads. Nothing here may be shared state of the daemon.
 *
 * <p>Reading order: {@link io.ngrokd.kit.listener.ListenerKeeper} compares what is wanted with what accepts;
 * {@code PortSearch} finds a port for one listener, {@link io.ngrokd.kit.listener.PortHolders} tells who has the wanted
 * one; {@code Acceptor} is one socket that listens. Never here: reading, routing or closing of accepted connections, which
 * belong to the kernel from the first moment; and what makes a mode that mode.
 */
package io.ngrokd.kit.listener;
