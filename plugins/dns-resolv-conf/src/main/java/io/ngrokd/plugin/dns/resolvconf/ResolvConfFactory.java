package io.ngrokd.plugin.dns.resolvconf;

import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.DnsStrategy;
import io.ngrokd.api.spi.DnsStrategyContext;
import io.ngrokd.api.spi.DnsStrategyFactory;
import io.ngrokd.kit.system.Programs;
import io.ngrokd.kit.system.Repairs;
import io.ngrokd.kit.system.SystemRoot;
import java.time.InstantSource;
import java.util.Locale;
import org.pf4j.Extension;

/** Makes the strategy for machines with a plain resolv.conf, whoever writes it. */
@Extension
public final class ResolvConfFactory implements DnsStrategyFactory {

    static final String NAME = "resolv-conf";

    private final Programs programs;
    private final InstantSource clock;

    public ResolvConfFactory() {
        this(Programs.ofSystem(), InstantSource.system());
    }

    ResolvConfFactory(Programs programs, InstantSource clock) {
        this.programs = programs;
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Low: all names of the machine go through our server, where others route ours alone. */
    @Override
    public int rank() {
        return 10;
    }

    @Override
    public Availability probe(DnsStrategyContext context) {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (system.startsWith("windows") || system.startsWith("mac")) {
            return Availability.no("this system does not go by resolv.conf");
        }
        return Place.find(new SystemRoot(context.systemRoot())).availability();
    }

    @Override
    public DnsStrategy create(DnsStrategyContext context) {
        return new ResolvConfStrategy(
                new SystemRoot(context.systemRoot()), programs, context.journal(), new Repairs(clock));
    }
}
