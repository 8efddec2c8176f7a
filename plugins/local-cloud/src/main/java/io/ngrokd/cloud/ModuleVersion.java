package io.ngrokd.cloud;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest states. */
public final class ModuleVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = Optional.ofNullable(ModuleVersion.class.getPackage().getImplementationVersion())
                .orElse("unpackaged");
        return new String[] {"ngrokd local cloud " + version};
    }
}
