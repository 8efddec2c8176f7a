/** The contract of {@link io.ngrokd.api.spi.NetifBackend}: extend {@link io.ngrokd.contract.netif.NetifBackendContract}. */
package io.ngrokd.contract.netif;
