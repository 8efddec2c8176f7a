package io.ngrokd.ctl.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Logs that the user names, for daemons whose output goes to a file. */
public final class LogFiles {

    private final Findings findings;

    public LogFiles(Findings findings) {
        this.findings = findings;
    }

    /** Adds each; of a long one its last 4 MiB. */
    public void add(List<Path> files) {
        int number = 0;
        for (Path file : files) {
            number++;
            String name = "log-" + number + ".txt";
            try {
                findings.add(name, "the end of " + file, MachinePart.content(file));
            } catch (IOException unreadable) {
                findings.missing(name, unreadable.getMessage());
            }
        }
    }
}
