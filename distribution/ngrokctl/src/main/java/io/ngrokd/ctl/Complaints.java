package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.client.ExitStatus;
import io.ngrokd.ctl.client.Http;
import io.ngrokd.ctl.output.Prose;
import java.io.PrintStream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What goes to the standard error: what is wrong and how to mend it. */
final class Complaints {

    private final PrintStream errors;

    Complaints(PrintStream errors) {
        this.errors = errors;
    }

    int aboutUsage(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        say(failure instanceof UnmatchedArgumentException unmatched ? unmatched(unmatched) : failure.getMessage());
        if (command.getParent() == null) {
            errors.println("  Commands: " + String.join(", ", CommandTable.names()));
        }
        errors.println("  Try: " + name + " --help");
        return ExitStatus.USAGE.code();
    }

    /** Arguments are not repeated unless they look like a mistyped command or option: one of them may be an API key. */
    private static String unmatched(UnmatchedArgumentException failure) {
        String first = failure.getUnmatched().getFirst();
        boolean option = first.matches("--?[a-z-]{1,20}(=.*)?");
        if (option) {
            return "There is no option " + first.replaceFirst("=.*", "") + ".";
        }
        if (!failure.getCommandLine().getSubcommands().isEmpty()) {
            return first.matches("[a-z-]{1,16}") ? "There is no command '" + first + "'." : "There is no such command.";
        }
        return failure.getCommandLine().getCommandName() + " was given more arguments than it takes.";
    }

    int aboutFailure(Exception failure, CommandLine command, ParseResult parsed) {
        if (failure instanceof Http.OwnFailure) {
            // The output is gone: said by the program's end, as below.
            return ExitStatus.ERROR.code();
        }
        if (failure instanceof CommandFailure known) {
            say(known.getMessage());
            known.mends().forEach(mend -> errors.println("  " + Prose.clean(mend)));
            return known.status().code();
        }
        if (failure instanceof Outlet.Unwritten) {
            // Said by the program's end, which also knows of what was still in the buffer.
            return ExitStatus.ERROR.code();
        }
        say("a fault of ngrokctl's own: " + failure);
        return ExitStatus.ERROR.code();
    }

    private void say(String message) {
        String start = "ngrokctl: ";
        for (String line : message.split("\n")) {
            errors.println(start + Prose.clean(line));
            start = "  ";
        }
    }
}
