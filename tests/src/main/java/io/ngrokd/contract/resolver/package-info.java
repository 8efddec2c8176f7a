/**
 * The contract of {@link io.ngrokd.api.spi.DnsStrategy} as tests.
 *
 * <p>{@code DnsStrategyContract} says what holds on every system; {@code ResolverMachine} is what it needs of the machine under
 * test, real or fake. Never here: a particular system.
 */
package io.ngrokd.contract.resolver;
