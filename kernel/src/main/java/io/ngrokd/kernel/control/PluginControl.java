package io.ngrokd.kernel.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.ngrokd.kernel.control.Actions.ActionException;

/** The plugins, for users. Called on virtual threads; may block. */
public interface PluginControl {

    /** All of them: {@code id}, {@code version}, {@code state}, {@code enabled}, and what else is known. */
    ArrayNode list();

    /**
     * Takes a plugin out of use, or into use again; that lasts over restarts.
     *
     * @return what came of it, a sentence
     * @throws ActionException when there is no such plugin, or it cannot be kept
     */
    String enable(String id, boolean enabled) throws ActionException;

    /**
     * Loads a plugin's jar anew.
     *
     * @return what came of it, a sentence
     * @throws ActionException when there is no such plugin, or its jar cannot be used
     */
    String reload(String id) throws ActionException;
}
