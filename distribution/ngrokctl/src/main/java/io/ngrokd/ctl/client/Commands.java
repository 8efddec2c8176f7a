package io.ngrokd.ctl.client;

/** The commands that every ngrokd has, the Go daemon too. */
public interface Commands {

    /**
     * Has a command carried out.
     *
     * @return what the daemon returned, as JSON in UTF-8
     * @throws CommandFailure when there is no daemon, when it takes too long or says no
     */
    byte[] ask(String command, String... arguments) throws CommandFailure;
}
