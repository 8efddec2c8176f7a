/** The contract of {@link io.ngrokd.api.spi.ForwardingMode} as tests. */
package io.ngrokd.contract.forward;
