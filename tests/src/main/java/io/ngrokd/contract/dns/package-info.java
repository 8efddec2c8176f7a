/** The contract of {@link io.ngrokd.api.spi.DnsServer} as tests, with a client and an upstream of their own. */
package io.ngrokd.contract.dns;
