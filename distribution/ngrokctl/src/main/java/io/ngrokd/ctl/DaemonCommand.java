package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.client.ExitStatus;
import io.ngrokd.ctl.json.Json;
import java.io.IOException;
import java.util.concurrent.Callable;

/** A command that fetches something and shows it, as text or as the JSON that it came in. */
abstract class DaemonCommand implements Callable<Integer> {

    static final int USUAL_PATIENCE = 10;

    final Ngrokctl program;

    DaemonCommand(Ngrokctl program) {
        this.program = program;
    }

    /** What to show, as JSON in UTF-8. */
    abstract byte[] fetch() throws CommandFailure, IOException;

    /** Shows it to a person. */
    abstract void show(byte[] data) throws IOException;

    /** What the data is called in the JSON that is printed, where it is not an object itself. */
    String listName() {
        return "message";
    }

    /** How the command ends when it has been shown. */
    ExitStatus judge(byte[] data) throws IOException {
        return ExitStatus.OK;
    }

    @Override
    public final Integer call() throws CommandFailure, IOException {
        byte[] data = fetch();
        if (program.json()) {
            Json.printVersioned(data, listName(), false, program.surroundings().output());
        } else {
            show(data);
        }
        return judge(data).code();
    }
}
