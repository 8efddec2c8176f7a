package io.ngrokd.ctl;

import picocli.CommandLine.Command;

/** {@code ngrokctl poll}. */
@Command(name = "poll", description = "Have ngrok asked for its endpoints now, and wait for the answer.")
final class PollCommand extends DeedCommand {

    PollCommand(Ngrokctl program) {
        super(program);
    }

    @Override
    String target() {
        return "/v1/actions/poll";
    }
}
