package io.ngrokd.cloud.config;

/** A configuration that can't be used; the message names the place, what was expected and how to mend it. */
public final class ConfigException extends Exception {

    ConfigException(Place place, String problem, String expected, String mend) {
        super(place + ": " + problem + "; expected " + expected + "; " + mend);
    }

    ConfigException(Place place, String problem, Throwable cause) {
        super(place + ": " + problem, cause);
    }
}
