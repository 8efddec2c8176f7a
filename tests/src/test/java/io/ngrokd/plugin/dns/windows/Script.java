package io.ngrokd.plugin.dns.windows;

import java.util.ArrayList;
import java.util.List;

/** Reads the little of PowerShell's language that a script of ours may use, and refuses the rest. */
final class Script {

    private final String text;
    private int at;

    private Script(String text) {
        this.text = text;
    }

    /** A pipeline of commands, or the assignment of a value to a variable. */
    record Statement(String variable, List<Object> value, List<Command> pipeline) {}

    /** A command; arguments are {@link Parameter}s and lists of values, each a string or a nested {@link Statement}. */
    record Command(String name, List<Object> arguments) {}

    record Parameter(String name) {}

    static List<Statement> parse(String text) {
        Script script = new Script(text);
        List<Statement> statements = script.statements();
        if (script.at < text.length()) {
            throw new IllegalArgumentException("Unexpected token '" + text.substring(script.at) + "' in expression or statement.");
        }
        return statements;
    }

    private List<Statement> statements() {
        List<Statement> statements = new ArrayList<>();
        statements.add(statement());
        while (take(';')) {
            statements.add(statement());
        }
        return statements;
    }

    private Statement statement() {
        if (take('$')) {
            String name = word();
            if (!take('=')) {
                throw new IllegalArgumentException("only assignments begin with a variable");
            }
            return new Statement(name, values(), List.of());
        }
        List<Command> pipeline = new ArrayList<>();
        do {
            pipeline.add(command());
        } while (take('|'));
        return new Statement("", List.of(), pipeline);
    }

    private Command command() {
        String name = word();
        List<Object> arguments = new ArrayList<>();
        while (true) {
            skipBlanks();
            if (at == text.length() || ";|)".indexOf(text.charAt(at)) >= 0) {
                return new Command(name, arguments);
            }
            if (text.charAt(at) == '-') {
                at++;
                arguments.add(new Parameter(word()));
            } else {
                arguments.add(values());
            }
        }
    }

    private List<Object> values() {
        List<Object> values = new ArrayList<>();
        do {
            values.add(value());
        } while (take(','));
        return values;
    }

    private Object value() {
        skipBlanks();
        if (text.startsWith("@(", at)) {
            at += 2;
            Statement nested = statement();
            if (!take(')')) {
                throw new IllegalArgumentException("Missing closing ')' in expression.");
            }
            return nested;
        }
        if (take('\'')) {
            StringBuilder value = new StringBuilder();
            while (true) {
                int end = text.indexOf('\'', at);
                if (end < 0) {
                    throw new IllegalArgumentException("The string is missing the terminator: '.");
                }
                value.append(text, at, end);
                at = end + 1;
                if (at == text.length() || text.charAt(at) != '\'') {
                    return value.toString();
                }
                value.append('\'');
                at++;
            }
        }
        return word();
    }

    private String word() {
        skipBlanks();
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || "-_.".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        if (start == at) {
            throw new IllegalArgumentException("An expression was expected at '" + text.substring(at) + "'.");
        }
        return text.substring(start, at);
    }

    private boolean take(char wanted) {
        skipBlanks();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void skipBlanks() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }
}
