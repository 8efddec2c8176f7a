package io.ngrokd.plugin.dns.resolved;

import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.DnsStrategy;
import io.ngrokd.api.spi.DnsStrategyContext;
import io.ngrokd.api.spi.DnsStrategyFactory;
import io.ngrokd.kit.system.Programs;
import io.ngrokd.kit.system.Repairs;
import io.ngrokd.kit.system.SystemRoot;
import java.time.InstantSource;
import org.pf4j.Extension;

/** Makes the strategy for machines whose resolver is systemd-resolved. */
@Extension
public final class SystemdResolvedFactory implements DnsStrategyFactory {

    static final String NAME = "systemd-resolved";

    private final Programs programs;

    public SystemdResolvedFactory() {
        this(Programs.ofSystem());
    }

    SystemdResolvedFactory(Programs programs) {
        this.programs = programs;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int rank() {
        return 100;
    }

    @Override
    public Availability probe(DnsStrategyContext context) {
        SystemRoot root = new SystemRoot(context.systemRoot());
        return new Surroundings(root, new Resolvectl(root, programs)).probe();
    }

    @Override
    public DnsStrategy create(DnsStrategyContext context) {
        SystemRoot root = new SystemRoot(context.systemRoot());
        ResolvedJournal journal = new ResolvedJournal(context.journal());
        Links links = new SystemLinks(root);
        return new SystemdResolved(root, journal, new Resolvectl(root, programs), links, new OwnLink(root, programs, links, journal),
                new Repairs(InstantSource.system()));
    }
}
