package io.ngrokd.ctl;

import picocli.CommandLine;

/** Makes the commands with what they need, where picocli would look for constructors by reflection. */
final class CommandFactory implements CommandLine.IFactory {

    private final Ngrokctl program;
    private final CommandLine.IFactory others = CommandLine.defaultFactory();

    CommandFactory(Ngrokctl program) {
        this.program = program;
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        if (type == StatusCommand.class) {
            return type.cast(new StatusCommand(program));
        }
        if (type == ListCommand.class) {
            return type.cast(new ListCommand(program));
        }
        if (type == HealthCommand.class) {
            return type.cast(new HealthCommand(program));
        }
        if (type == SetApiKeyCommand.class) {
            return type.cast(new SetApiKeyCommand(program));
        }
        if (type == RefreshCertCommand.class) {
            return type.cast(new RefreshCertCommand(program));
        }
        if (type == VersionCommand.class) {
            return type.cast(new VersionCommand(program));
        }
        if (type == RehearseCommand.class) {
            return type.cast(new RehearseCommand(program));
        }
        if (type == HelpCommand.class) {
            return type.cast(new HelpCommand(program));
        }
        return others.create(type);
    }
}
