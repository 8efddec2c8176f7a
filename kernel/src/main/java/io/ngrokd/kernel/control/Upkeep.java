package io.ngrokd.kernel.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.kernel.control.Actions.ActionException;

/** What a user may have the running daemon do besides {@link Actions}. Called on virtual threads; may block. */
public interface Upkeep {

    /**
     * Reads the config file now.
     *
     * @return what came of it, a sentence
     * @throws ActionException when it cannot be used; the old one stays in force
     */
    String reload() throws ActionException;

    /**
     * Lists the endpoints at ngrok now, and waits for it.
     *
     * @return what came of it, a sentence
     * @throws ActionException when that failed, with the reason
     */
    String poll() throws ActionException;

    /** {@code debug}, {@code info}, {@code warn} or {@code error}. */
    String logLevel();

    /**
     * Logs more or less from now on, until the config has another level or the daemon is restarted.
     *
     * @throws ActionException when there is no such level
     */
    void logLevel(String level) throws ActionException;

    /** The config in force, secrets masked: {@code path}, {@code config}, {@code settings} with their origins, {@code warnings}. */
    ObjectNode config();

    /**
     * Checks a config without using it.
     *
     * @param text YAML
     * @throws ActionException when it cannot be used: every problem, a line each
     */
    void checkConfig(String text) throws ActionException;

    /**
     * What a config would change on this machine, changing nothing.
     *
     * @param text YAML; blank for the config file as it is on disk
     * @return what the OpenAPI document calls a plan
     * @throws ActionException when the config cannot be used: every problem, a line each; or when it cannot be told
     */
    ObjectNode plan(String text) throws ActionException;
}
