package io.ngrokd.kernel.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** The daemon's inside, for bug reports. Called on virtual threads; may block. */
public interface Inspection {

    /** Which ngrokd, Java, system and transport. */
    ObjectNode versions();

    /** Memory, buffers, threads and open files in numbers. */
    ObjectNode numbers();

    /** The process's environment; what may be secret in it is masked. */
    ObjectNode environment();

    /**
     * What every thread does.
     *
     * @throws IOException when that cannot be found out
     */
    String threads() throws IOException;

    /** A copy without the secrets that the daemon knows, in whatever form they may be. */
    JsonNode masked(JsonNode document);
}
