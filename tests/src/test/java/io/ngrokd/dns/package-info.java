/** The plugin {@code dns-server}: its role's contract, and clients on other machines. */
package io.ngrokd.dns;
