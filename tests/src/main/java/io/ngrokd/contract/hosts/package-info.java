/** The contract of {@link io.ngrokd.api.spi.HostsWriter} as tests. */
package io.ngrokd.contract.hosts;
