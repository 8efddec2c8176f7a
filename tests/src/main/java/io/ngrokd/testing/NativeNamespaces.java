package io.ngrokd.testing;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** unshare(2) and mount(2). Loaded at its first use, hence on Linux only. */
final class NativeNamespaces {

    private static final int CLONE_NEWNS = 0x0002_0000;
    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final long MS_REC = 0x4000;
    private static final long MS_PRIVATE = 0x4_0000;
    private static final int EPERM = 1;

    private static final MethodHandle UNSHARE = handle("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle MOUNT =
            handle("mount", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));

    private NativeNamespaces() {}

    /** Gives the calling platform thread a network and mounts of its own; says why when that is not possible. */
    static Optional<String> unshareNetworkAndMounts() {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment state = memory.allocate(Linker.Option.captureStateLayout());
            if ((int) UNSHARE.invokeExact(state, CLONE_NEWNET | CLONE_NEWNS) != 0) {
                return Optional.of(refusal("unshare", errno(state)));
            }
            MemorySegment root = memory.allocateFrom("/");
            MemorySegment none = MemorySegment.NULL;
            if ((int) MOUNT.invokeExact(state, none, root, none, MS_REC | MS_PRIVATE, none) != 0) {
                return Optional.of(refusal("mount", errno(state)));
            }
            return Optional.empty();
        } catch (RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A process of many threads, as Java is, cannot enter a user namespace; only one that is started inside can. */
    private static String refusal(String call, int errno) {
        return errno == EPERM
                ? "a namespace needs root (EPERM from " + call + "); as another user start Maven under 'unshare --map-root-user --net'"
                : "no namespace here: " + call + " answers errno " + errno;
    }

    private static int errno(MemorySegment state) {
        return (int) Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno")).get(state, 0L);
    }

    private static MethodHandle handle(String name, FunctionDescriptor signature) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), signature, Linker.Option.captureCallState("errno"));
    }
}
