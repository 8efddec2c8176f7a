/** The contract of netif backends on ours, on real interfaces: in namespaces of their own, and in a kernel of its own. */
package io.ngrokd.netif;
