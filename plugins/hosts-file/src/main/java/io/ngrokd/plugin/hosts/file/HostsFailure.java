package io.ngrokd.plugin.hosts.file;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Says what went wrong with a hosts file, and the mend. */
final class HostsFailure {

    private static final String ELSEWHERE = "set NGROKD_HOSTS_PATH to a file that it may write";

    private HostsFailure() {}

    static StageException of(IOException failure, Path file) {
        String words = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (failure instanceof AccessDeniedException) {
            return exception(FailureCode.PERMISSION_DENIED,
                    "ngrokd may not read or write " + file + "; run it as root, or " + ELSEWHERE, failure);
        }
        if (failure instanceof NoSuchFileException) {
            return exception(FailureCode.INPUT_OUTPUT,
                    "the folder of " + file + " does not exist; make it, or " + ELSEWHERE, failure);
        }
        if (words.contains("operation not permitted")) {
            return exception(FailureCode.INPUT_OUTPUT,
                    file + " is immutable; allow changes with 'chattr -i " + file + "', or " + ELSEWHERE, failure);
        }
        if (words.contains("read-only file system")) {
            return exception(FailureCode.INPUT_OUTPUT,
                    file + " is on a read-only file system; mount it writable, or " + ELSEWHERE, failure);
        }
        if (words.contains("no space left") || words.contains("quota exceeded")) {
            return exception(FailureCode.INPUT_OUTPUT,
                    "no space is left to write " + file + "; what it said before still stands; free some space", failure);
        }
        if (words.contains("it is a directory") || words.contains("no regular file")) {
            return exception(FailureCode.REFUSED, file + " is not a file; " + ELSEWHERE, failure);
        }
        return exception(FailureCode.INPUT_OUTPUT, file + " could not be read or written: " + failure, failure);
    }

    static StageException fought(Path file) {
        return exception(FailureCode.INPUT_OUTPUT,
                "another program keeps changing " + file + " while it is written; it is tried again", null);
    }

    static StageException interrupted(Path file) {
        return exception(FailureCode.TIMEOUT, "interrupted while " + file + " was to be written; send the state again", null);
    }

    private static StageException exception(FailureCode code, String message, IOException cause) {
        return new StageException(code, message, HostsFileFactory.NAME, cause);
    }
}
