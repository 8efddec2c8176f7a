package io.ngrokd.kit.system;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Says what went wrong with a file of the system, and the mend.
 *
 * @param plugin who says it
 * @param otherwise what the user can do instead, as the end of a sentence after "or"
 */
public record FileFailure(String plugin, String otherwise) {

    public StageException of(IOException failure, Path file) {
        String words = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (failure instanceof AccessDeniedException) {
            return exception(FailureCode.PERMISSION_DENIED,
                    "ngrokd may not read or write " + file + "; run it as root, or " + otherwise, failure);
        }
        if (failure instanceof NoSuchFileException) {
            return exception(FailureCode.INPUT_OUTPUT,
                    "the folder of " + file + " does not exist; make it, or " + otherwise, failure);
        }
        if (words.contains("operation not permitted")) {
            return exception(FailureCode.INPUT_OUTPUT,
                    file + " is immutable; allow changes with 'chattr -i " + file + "', or " + otherwise, failure);
        }
        if (words.contains("read-only file system")) {
            return exception(FailureCode.INPUT_OUTPUT,
                    file + " is on a read-only file system; mount it writable, or " + otherwise, failure);
        }
        if (words.contains("no space left") || words.contains("quota exceeded")) {
            return exception(FailureCode.INPUT_OUTPUT,
                    "no space is left to write " + file + "; what it said before still stands; free some space", failure);
        }
        if (words.contains("it is a directory") || words.contains("no regular file")) {
            return exception(FailureCode.REFUSED, file + " is not a file; " + otherwise, failure);
        }
        return exception(FailureCode.INPUT_OUTPUT, file + " could not be read or written: " + failure, failure);
    }

    /** Somebody writes it each time that we do. */
    public StageException fought(Path file) {
        return exception(FailureCode.INPUT_OUTPUT,
                "another program keeps changing " + file + " while it is written; it is tried again", null);
    }

    public StageException interrupted(Path file) {
        return exception(FailureCode.TIMEOUT, "interrupted while " + file + " was to be written; send the state again", null);
    }

    private StageException exception(FailureCode code, String message, IOException cause) {
        return new StageException(code, message, plugin, cause);
    }
}
