package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.json.Json;
import io.ngrokd.ctl.output.Prose;
import java.io.IOException;

/** A command that has something done, and says in a sentence what came of it. */
abstract class DeedCommand extends DaemonCommand {

    /** The daemon may ask ngrok, or start backends, before it answers. */
    private static final int PATIENCE = 90;

    DeedCommand(Ngrokctl program) {
        super(program);
    }

    /** What to post to. */
    abstract String target();

    @Override
    byte[] fetch() throws CommandFailure {
        return program.http(program.timeout(PATIENCE)).post(target());
    }

    @Override
    void show(byte[] data) throws IOException {
        program.text().println(Prose.clean(Json.fields(data).text("message").orElse("Done")).replaceFirst("\\.$", "") + ".");
    }
}
