package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What Linux takes for the name of an interface. */
final class InterfaceName {

    private static final int LONGEST = 15;

    private InterfaceName() {}

    /** Why a name can't be one, with what to do; empty when it can. */
    static Optional<String> problem(String name) {
        String fault;
        if (name.isEmpty()) {
            fault = "is empty";
        } else if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            fault = "is longer than " + LONGEST + " bytes";
        } else if (name.equals(".") || name.equals("..")) {
            fault = "is the name of a folder";
        } else if (name.chars().anyMatch(c -> c == '/' || c == ':' || c == '%' || Character.isWhitespace(c) || Character.isISOControl(c))) {
            // The kernel replaces %d by a number, and would make another interface than the one journaled.
            fault = "has a character that Linux does not take there (a space, '/', ':' or '%')";
        } else {
            return Optional.empty();
        }
        return Optional.of("the interface name '" + name + "' " + fault + "; set net.interface_name to something like ngrokd0");
    }

    /** @throws StageException when it is no name for an interface */
    static void require(String name, DeviceKind kind) throws StageException {
        Optional<String> problem = problem(name);
        if (problem.isPresent()) {
            throw new StageException(FailureCode.REFUSED, problem.get(), kind.backend());
        }
    }
}
