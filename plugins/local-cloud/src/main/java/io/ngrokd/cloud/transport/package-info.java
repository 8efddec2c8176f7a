/** How sockets are driven: by the kernel's own interface where Netty's natives are on the class path. */
package io.ngrokd.cloud.transport;
