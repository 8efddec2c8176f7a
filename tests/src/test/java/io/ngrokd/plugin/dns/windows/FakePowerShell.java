package io.ngrokd.plugin.dns.windows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Stands in for {@code powershell.exe}: runs scripts of the few commands in {@link Cmdlets}, with the real one's exit codes and errors. */
public final class FakePowerShell {

    /** The exit code of one that was killed in the middle of a script. */
    static final int KILLED = 137;

    private static final Set<String> SWITCHES = Set.of("-NoLogo", "-NoProfile", "-NonInteractive");
    private static final Set<String> POLICIES = Set.of("AllSigned", "Bypass", "RemoteSigned", "Restricted", "Undefined", "Unrestricted");

    private final Cmdlets cmdlets;
    private String errorActionPreference = "Continue";

    private FakePowerShell(Path state) {
        this.cmdlets = new Cmdlets(new RuleStore(state));
    }

    public static void main(String[] arguments) throws IOException {
        List<String> rest = new ArrayList<>(List.of(arguments));
        Path state = Path.of(rest.removeFirst());
        String script = null;
        while (script == null) {
            String option = rest.isEmpty() ? "" : rest.removeFirst();
            if (option.equals("-ExecutionPolicy") && !rest.isEmpty() && POLICIES.contains(rest.getFirst())) {
                rest.removeFirst();
            } else if (option.equals("-Command") && !rest.isEmpty()) {
                script = String.join(" ", rest);
            } else if (!SWITCHES.contains(option)) {
                System.err.println("The argument '" + option + "' is not recognized as an option of powershell.exe.");
                System.exit(64);
            }
        }
        if (script.length() > 32_000) {
            System.err.println("The command line is too long.");
            System.exit(1);
        }
        System.exit(new FakePowerShell(state).run(script) ? 0 : 1);
    }

    /** Returns whether the last statement succeeded, and none stopped the script. */
    private boolean run(String script) throws IOException {
        List<Script.Statement> statements;
        try {
            statements = Script.parse(script);
        } catch (IllegalArgumentException syntax) {
            System.err.println("At line:1 char:1\r\n" + syntax.getMessage()
                    + "\r\n    + CategoryInfo          : ParserError: (:) [], ParentContainsErrorRecordException");
            return false;
        }
        boolean succeeded = true;
        for (Script.Statement statement : statements) {
            try {
                if (!statement.variable().isEmpty()) {
                    assign(statement);
                } else {
                    for (Object each : cmdlets.run(statement)) {
                        System.out.print(each + "\r\n");
                    }
                }
                succeeded = true;
            } catch (PowerShellError error) {
                System.err.print(error.rendered());
                succeeded = false;
                if (errorActionPreference.equals("Stop")) {
                    return false;
                }
            }
        }
        return succeeded;
    }

    private void assign(Script.Statement statement) throws PowerShellError {
        String value = String.valueOf(statement.value().getFirst());
        switch (statement.variable()) {
            case "ErrorActionPreference" -> errorActionPreference = value;
            case "ProgressPreference" -> { }
            default -> throw new PowerShellError(statement.variable(), "this stand-in has no such variable", "ObjectNotFound",
                    "VariableNotFound");
        }
    }
}
