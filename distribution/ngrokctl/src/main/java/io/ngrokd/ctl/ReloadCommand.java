package io.ngrokd.ctl;

import picocli.CommandLine.Command;

/** {@code ngrokctl reload}. */
@Command(name = "reload", description = {"Have the config file read now.", "The daemon sees by itself, within seconds, when it changes."})
final class ReloadCommand extends DeedCommand {

    ReloadCommand(Ngrokctl program) {
        super(program);
    }

    @Override
    String target() {
        return "/v1/actions/reload";
    }
}
