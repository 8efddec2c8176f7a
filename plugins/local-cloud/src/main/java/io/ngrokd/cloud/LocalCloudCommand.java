package io.ngrokd.cloud;

import ch.qos.logback.classic.Level;
import io.ngrokd.cloud.config.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ngrokd local-cloud}: runs a cloud until it is told to stop. */
@Command(name = "local-cloud", mixinStandardHelpOptions = true, versionProvider = ModuleVersion.class,
        description = "Runs ngrok's API and binding ingress on this machine, to try ngrokd and work offline.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:stopped by SIGTERM or SIGINT", "1:could not start", "2:wrong usage or configuration"})
public final class LocalCloudCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = {"-c", "--config"}, required = true, paramLabel = "FILE",
            description = "The cloud's configuration, such as cloud.yml; it is watched for changes.")
    private Path configFile;

    @Option(names = "--log-level", defaultValue = "info", paramLabel = "LEVEL",
            description = "error, warn, info (default), debug or trace.")
    private String logLevel;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new LocalCloudCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        CommandLog.configure(Level.toLevel(logLevel, Level.INFO));
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (!Files.isReadable(configFile)) {
            err.println("local-cloud: " + configFile + " can't be read; is the path right?");
            return CommandLine.ExitCode.USAGE;
        }
        StopSignal signal = StopSignal.install();
        int code = CommandLine.ExitCode.OK;
        try (LocalCloud cloud = LocalCloud.start(configFile)) {
            out.print(describe(cloud));
            out.flush();
            signal.await();
        } catch (ConfigException e) {
            err.println("local-cloud: " + e.getMessage());
            code = CommandLine.ExitCode.USAGE;
        } catch (IOException e) {
            err.println("local-cloud: " + e.getMessage());
            code = CommandLine.ExitCode.SOFTWARE;
        } catch (IllegalStateException e) {
            // Asked to stop while it was still starting: the JVM then refuses much of what a start needs.
            if (!signal.isAsked()) {
                throw e;
            }
        } finally {
            signal.finish(code);
        }
        return code;
    }

    static String describe(LocalCloud cloud) {
        return """
                The local cloud is up.
                  API       %s
                  API keys  %s
                  ingress   %s
                  CA        %s

                For ngrokd, with NGROK_API_KEY=%s in its environment:

                api:
                  url: "%s"
                ingressEndpoint: "%s"
                server:
                  ingress_ca: "%s"

                """.formatted(cloud.apiUrl(), String.join(", ", cloud.apiKeys()), cloud.ingressEndpoint(),
                cloud.caFile().toAbsolutePath(), cloud.apiKeys().getFirst(), cloud.apiUrl(), cloud.ingressEndpoint(),
                cloud.caFile().toAbsolutePath());
    }
}
