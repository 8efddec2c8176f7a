/**
 * The local cloud: a program of its own that speaks ngrok's API and binding ingress. This package wires its parts and
 * holds its entry points: {@link io.ngrokd.cloud.LocalCloud} for tests, {@link io.ngrokd.cloud.LocalCloudCommand} for
 * the command line. Nothing in this module may depend on the daemon: it must fail when the daemon gets the protocol wrong.
 */
package io.ngrokd.cloud;
