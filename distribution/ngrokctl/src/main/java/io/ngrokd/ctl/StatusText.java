package io.ngrokd.ctl;

import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.output.FactBlock;
import io.ngrokd.ctl.output.Paint;
import io.ngrokd.ctl.output.Prose;
import io.ngrokd.ctl.output.Terminal;
import io.ngrokd.ctl.output.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The daemon's status in words. What the daemon does not tell has no line. */
final class StatusText {

    private final Times times;
    private final FactBlock facts;

    StatusText(Terminal terminal, Times times) {
        this.times = times;
        this.facts = new FactBlock(terminal);
    }

    List<String> lines(Fields status) {
        daemon(status);
        registration(status);
        polling(status);
        status.text("ingress_endpoint").ifPresent(ingress -> facts.add("ingress", ingress));
        status.text("ingress_verification").filter(trust -> !trust.isEmpty()).ifPresent(trust ->
                facts.add("verified by", trust.equals("OFF") ? "nothing: verification is off" : trust, trust.equals("OFF") ? Paint.BAD : Paint.PLAIN));
        status.text("proxy").ifPresent(proxy -> facts.add("proxy", proxy));
        status.text("transport").ifPresent(transport -> facts.add("transport", transport));
        certificate(status.object("certificate"));
        endpoints(status);
        role("addresses", status.object("netif"));
        role("names", status.object("hosts"));
        dnsServer(status.object("dns_server"));
        resolver(status.object("dns"));
        network(status.object("network"));
        status.text("config_path").ifPresent(path -> facts.add("config", path));
        status.text("health_address").ifPresent(address -> facts.add("health", "http://" + address + "/status"));
        warnings(status.objects("warnings"));
        return facts.lines();
    }

    private void daemon(Fields status) {
        List<String> parts = new ArrayList<>();
        status.text("state").ifPresent(parts::add);
        status.text("version").ifPresent(version -> parts.add("version " + version));
        status.text("pid").ifPresent(pid -> parts.add("pid " + pid));
        instant(status, "started_at").ifPresent(start -> parts.add("up " + times.since(start)));
        facts.add("ngrokd", parts.isEmpty() ? "running" : String.join(", ", parts),
                status.text("state").map(state -> state.equals("serving") ? Paint.GOOD : Paint.DOUBTFUL).orElse(Paint.PLAIN));
    }

    private void registration(Fields status) {
        if (status.flag("registered").orElse(false)) {
            facts.add("operator", "registered" + status.text("operator_id").map(id -> " as " + id).orElse(""), Paint.GOOD);
            return;
        }
        facts.add("operator", "not registered", Paint.DOUBTFUL);
        boolean keyless = status.text("state").map(state -> state.contains("API key")).orElse(!status.has("state"));
        if (keyless) {
            facts.more("Has it an API key? Set one: ngrokctl set-api-key", Paint.PLAIN);
        }
    }

    private void polling(Fields status) {
        status.text("api_url").ifPresent(url -> facts.add("API", url));
        Fields poll = status.object("last_poll");
        if (!poll.isEmpty()) {
            boolean good = poll.flag("ok").orElse(false);
            String when = instant(poll, "at").map(times::relative).orElse("");
            facts.add("last poll", (good ? "good" : "failed") + (when.isEmpty() ? "" : ", " + when), good ? Paint.PLAIN : Paint.BAD);
            poll.text("error").filter(error -> !good).ifPresent(error -> facts.more(error, Paint.BAD));
        }
        instant(status, "next_poll_at").ifPresent(next -> facts.add("next poll", times.isPast(next) ? "due" : times.relative(next)));
    }

    private void certificate(Fields certificate) {
        if (certificate.isEmpty()) {
            return;
        }
        Optional<Instant> end = instant(certificate, "not_after");
        Optional<String> error = certificate.text("last_error");
        end.ifPresent(instant -> facts.add("certificate",
                (times.isPast(instant) ? "expired " : "valid until ") + times.date(instant) + " (" + times.relative(instant) + ")",
                times.isPast(instant) ? Paint.BAD : Paint.PLAIN));
        if (end.isEmpty()) {
            facts.add("certificate", error.isPresent() ? "not usable" : "none yet", Paint.DOUBTFUL);
        }
        boolean alive = end.isPresent() && !times.isPast(end.get());
        instant(certificate, "renew_at").filter(renewal -> alive && error.isEmpty() && !times.isPast(renewal))
                .ifPresent(renewal -> facts.more("renewed by itself " + times.relative(renewal), Paint.FAINT));
        error.ifPresent(reason -> facts.more("not renewed: " + reason, Paint.BAD));
        certificate.text("subject").ifPresent(subject -> facts.more(subject, Paint.FAINT));
    }

    private void endpoints(Fields status) {
        OptionalLong all = status.number("endpoint_count");
        if (all.isEmpty()) {
            return;
        }
        List<String> parts = new ArrayList<>();
        long named = 0;
        long troubled = 0;
        for (String state : List.of("ready", "degraded", "refused")) {
            long number = status.number("endpoints_" + state).orElse(0);
            if (number > 0) {
                parts.add(number + " " + state);
                named += number;
                troubled += state.equals("ready") ? 0 : number;
            }
        }
        // The daemon counts those that it serves; the refused ones are endpoints all the same.
        facts.add("endpoints", Math.max(all.getAsLong(), named) + (parts.isEmpty() ? "" : ": " + String.join(", ", parts)),
                troubled > 0 ? Paint.DOUBTFUL : Paint.PLAIN);
        List<Fields> shown = status.objects("troubled");
        shown.forEach(one -> facts.more(one.text("url").orElse("?") + " is " + one.text("state").orElse("not ready")
                + one.text("reason").map(reason -> ": " + reason).orElse(""), Paint.DOUBTFUL));
        if (troubled > shown.size()) {
            facts.more(shown.isEmpty() ? "'ngrokctl list' says why" : "and more: see 'ngrokctl list'", Paint.PLAIN);
        }
    }

    private void role(String name, Fields role) {
        if (role.isEmpty()) {
            return;
        }
        Optional<String> backend = role.text("backend");
        if (backend.isPresent()) {
            facts.add(name, role.text("description").map(description -> description + " (" + backend.get() + ")").orElse(backend.get())
                    + role.text("subnet").map(subnet -> ", " + subnet).orElse(""));
        } else {
            facts.add(name, "nobody: " + role.text("reason").orElse("no plugin for it can work here"), Paint.BAD);
        }
        List<Fields> choices = role.objects("choices");
        if (choices.size() > 1 || backend.isEmpty()) {
            choices.forEach(this::choice);
        }
    }

    /** Where there is no DNS server, only those miss it who need it, and they say so. */
    private void dnsServer(Fields role) {
        role.text("backend").ifPresent(backend -> facts.add("DNS server", role.text("description").orElse(backend)));
    }

    /** Who has this machine's resolver ask our DNS server, and why not the others. */
    private void resolver(Fields role) {
        if (role.isEmpty()) {
            return;
        }
        Optional<String> backend = role.text("backend");
        String reason = role.text("reason").orElse("");
        facts.add("DNS routing", backend.map(name -> role.text("description").map(how -> how + " (" + name + ")").orElse(name))
                .orElse("none" + (reason.isEmpty() ? "" : ": " + reason)));
        role.objects("choices").stream().filter(choice -> backend.isPresent() || !reason.startsWith("no name needs it")).forEach(this::choice);
    }

    private void network(Fields network) {
        List<String> addresses = network.texts("addresses");
        if (!addresses.isEmpty()) {
            facts.add("network", "this machine is " + String.join(", ", addresses));
        }
    }

    private void choice(Fields choice) {
        String name = choice.text("name").orElse("?");
        String reason = choice.text("reason").map(text -> ": " + text).orElse("");
        String verdict = choice.flag("available").orElse(false) ? " would work too" : " cannot work here";
        facts.more(name + (choice.flag("chosen").orElse(false) ? " was chosen" : verdict) + reason, Paint.FAINT);
    }

    private void warnings(List<Fields> warnings) {
        for (Fields warning : warnings) {
            warning.text("message").ifPresent(message -> facts.add("warning", Prose.clean(message), Paint.DOUBTFUL));
        }
    }

    private static Optional<Instant> instant(Fields fields, String name) {
        return fields.text(name).flatMap(Times::parse);
    }
}
