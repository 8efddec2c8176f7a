package io.ngrokd.kernel.config;

/** Where an effective value came from, lowest precedence first. {@code toString} says it to people. */
public sealed interface Origin {

    /** Nobody set it. */
    record BuiltIn() implements Origin {
        @Override
        public String toString() {
            return "default";
        }
    }

    /**
     * The config file.
     *
     * @param line from 1
     */
    record InFile(String file, int line) implements Origin {
        @Override
        public String toString() {
            return file + ":" + line;
        }
    }

    /** A variable of the environment. */
    record Variable(String name) implements Origin {
        @Override
        public String toString() {
            return "environment " + name;
        }
    }

    /** A command to the running daemon that counts until its end, or until the config says otherwise. */
    record Command(String command) implements Origin {
        @Override
        public String toString() {
            return "runtime " + command;
        }
    }

    /** The built-in default. */
    Origin BUILT_IN = new BuiltIn();
}
