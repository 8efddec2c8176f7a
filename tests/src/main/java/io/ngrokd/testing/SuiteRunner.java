package io.ngrokd.testing;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintStream;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs JUnit classes in this process and prints a line a test, for tests that are run on another machine: {@code
 * RESULT<tab>SUCCESSFUL<tab>name<tab>cause}. Ends with 0 when all succeeded or aborted, and there were any.
 */
public final class SuiteRunner {

    /** What result lines begin with. */
    public static final String RESULT = "RESULT\t";

    private SuiteRunner() {}

    public static void main(String[] arguments) {
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(Stream.of(arguments).map(name -> selectClass(name)).toList()).build();
        Printer printer = new Printer(System.out);
        LauncherFactory.create().execute(request, printer);
        System.exit(printer.succeeded() ? 0 : 1);
    }

    private static final class Printer implements TestExecutionListener {

        private final PrintStream out;
        private int tests;
        private int failures;

        private Printer(PrintStream out) {
            this.out = out;
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                failures++;
                result.getThrowable().ifPresent(thrown -> thrown.printStackTrace(out));
            }
            if (test.isTest()) {
                tests++;
                String cause = result.getThrowable().map(Throwable::toString).orElse("").replaceAll("\\s+", " ");
                out.println(RESULT + result.getStatus() + "\t" + test.getDisplayName().replace("()", "") + "\t" + cause);
            }
        }

        private boolean succeeded() {
            return failures == 0 && tests > 0;
        }
    }
}
