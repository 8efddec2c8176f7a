package io.ngrokd.api.spi;

/**
 * Makes {@link ForwardingMode}s. Its {@link #name()} is the mode ({@code virtual}, {@code shared}); all modes that the
 * config uses are active side by side, and of several with one name the highest rank is taken.
 */
public interface ForwardingModeFactory extends BackendFactory<ForwardingMode, ForwardContext> {}
