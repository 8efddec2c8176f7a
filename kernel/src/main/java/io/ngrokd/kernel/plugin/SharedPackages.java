package io.ngrokd.kernel.plugin;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * What plugins see of the daemon: the API, and the libraries whose types stand in it. The rest of the class path, the
 * kernel above all, does not exist for them.
 */
final class SharedPackages extends ClassLoader {

    private static final List<String> SHARED =
            List.of("io.ngrokd.api.", "io.vertx.", "io.netty.", "org.slf4j.", "org.pf4j.", "com.fasterxml.jackson.");

    private final ClassLoader daemon;

    SharedPackages(ClassLoader daemon) {
        super("shared-packages", ClassLoader.getPlatformClassLoader());
        this.daemon = daemon;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (isShared(name)) {
            return daemon.loadClass(name);
        }
        throw new ClassNotFoundException(name + " is not shared with plugins");
    }

    @Override
    protected URL findResource(String name) {
        return isShared(name.replace('/', '.')) ? daemon.getResource(name) : null;
    }

    @Override
    protected Enumeration<URL> findResources(String name) throws IOException {
        return isShared(name.replace('/', '.')) ? daemon.getResources(name) : Collections.emptyEnumeration();
    }

    private static boolean isShared(String name) {
        return SHARED.stream().anyMatch(name::startsWith);
    }
}
