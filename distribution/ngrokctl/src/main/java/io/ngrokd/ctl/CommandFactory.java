package io.ngrokd.ctl;

import picocli.CommandLine;

/** Makes the commands below commands with what they need, where picocli would look for constructors by reflection. */
final class CommandFactory implements CommandLine.IFactory {

    private final Ngrokctl program;
    private final CommandLine.IFactory others = CommandLine.defaultFactory();

    CommandFactory(Ngrokctl program) {
        this.program = program;
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        if (type == ConfigCommand.Show.class) {
            return type.cast(new ConfigCommand.Show(program));
        }
        if (type == ConfigCommand.Check.class) {
            return type.cast(new ConfigCommand.Check(program));
        }
        if (type == ConfigEditCommand.class) {
            return type.cast(new ConfigEditCommand(program));
        }
        if (type == ConfigCommand.Where.class) {
            return type.cast(new ConfigCommand.Where(program));
        }
        if (type == PluginCommand.Listing.class) {
            return type.cast(new PluginCommand.Listing(program));
        }
        if (type == PluginCommand.Info.class) {
            return type.cast(new PluginCommand.Info(program));
        }
        if (type == PluginCommand.Enable.class) {
            return type.cast(new PluginCommand.Enable(program));
        }
        if (type == PluginCommand.Disable.class) {
            return type.cast(new PluginCommand.Disable(program));
        }
        if (type == PluginCommand.Reload.class) {
            return type.cast(new PluginCommand.Reload(program));
        }
        return others.create(type);
    }
}
