package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import io.ngrokd.ctl.output.FactBlock;
import io.ngrokd.ctl.output.Paint;
import io.ngrokd.ctl.output.Times;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ngrokctl refresh-cert}. */
@Command(name = "refresh-cert", description = {"Have the client certificate renewed if that is due.",
    "ngrokd does so by itself when less than a third of its life is left."})
final class RefreshCertCommand extends DaemonCommand {

    /** The daemon asks ngrok before it answers. */
    private static final int PATIENCE = 60;

    @Option(names = "--force", description = "Renew it even if it is not due.")
    private boolean force;

    RefreshCertCommand(Ngrokctl program) {
        super(program);
    }

    @Override
    byte[] fetch() throws CommandFailure {
        return program.socket(program.timeout(PATIENCE)).ask("refresh-cert", force ? new String[] {"--force"} : new String[0]);
    }

    @Override
    void show(byte[] data) throws IOException {
        Fields answer = Json.fields(data);
        FactBlock facts = new FactBlock(program.surroundings().terminal());
        boolean renewed = answer.flag("renewed").orElse(false);
        facts.add("certificate", renewed ? "renewed" : "not renewed: it is not due", renewed ? Paint.GOOD : Paint.PLAIN);
        if (renewed) {
            add(facts, "old one", "expires", answer.text("old_not_after"));
            add(facts, "new one", "expires", answer.text("not_after"));
        } else {
            add(facts, "it", "expires", answer.text("not_after"));
        }
        add(facts, "next", "renewed by itself", answer.text("renew_at"));
        if (!renewed) {
            facts.add("now", "ngrokctl refresh-cert --force");
        }
        facts.lines().forEach(program.text()::println);
    }

    private void add(FactBlock facts, String name, String what, Optional<String> when) {
        Times times = program.times();
        Optional<Instant> instant = when.flatMap(Times::parse);
        instant.ifPresent(at -> facts.add(name, (times.isPast(at) && what.equals("expires") ? "expired" : what)
                + " " + times.date(at) + " (" + times.relative(at) + ")"));
    }
}
