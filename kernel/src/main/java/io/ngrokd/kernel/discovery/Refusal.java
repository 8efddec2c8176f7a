package io.ngrokd.kernel.discovery;

/**
 * An endpoint that is listed and not served.
 *
 * @param id the API's id
 * @param url as listed
 * @param reason why, for the user
 */
public record Refusal(String id, String url, String reason) {}
