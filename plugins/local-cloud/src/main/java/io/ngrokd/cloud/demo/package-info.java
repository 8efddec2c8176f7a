/**
 * {@code ngrokd demo}: a local cloud and a real daemon on this machine, shown step by step. The daemon is a child
 * process, started and asked like any other; nothing of it is linked here.
 */
package io.ngrokd.cloud.demo;
