package io.ngrokd.plugin.netif.linux.netlink;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The few functions of the C library that a netlink socket needs. Loaded at its first use, hence on Linux only. Each
 * answers what C answers, or the negated error number.
 */
final class LibC {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET = handle("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SET_OPTION =
            handle("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GET_OPTION =
            handle("getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SEND =
            handle("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECEIVE =
            handle("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private LibC() {}

    /** Memory for the error number of a call. */
    static MemorySegment newState(SegmentAllocator memory) {
        return memory.allocate(Linker.Option.captureStateLayout());
    }

    static int socket(MemorySegment state, int domain, int type, int protocol) {
        try {
            return answer(state, (int) SOCKET.invokeExact(state, domain, type, protocol));
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    static int setOption(MemorySegment state, int socket, int level, int option, MemorySegment value) {
        try {
            int length = (int) value.byteSize();
            return answer(state, (int) SET_OPTION.invokeExact(state, socket, level, option, value, length));
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    static int getOption(MemorySegment state, int socket, int level, int option, MemorySegment value, MemorySegment length) {
        try {
            return answer(state, (int) GET_OPTION.invokeExact(state, socket, level, option, value, length));
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    static long send(MemorySegment state, int socket, MemorySegment data, long length) {
        try {
            return answer(state, (long) SEND.invokeExact(state, socket, data, length, 0));
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    static long receive(MemorySegment state, int socket, MemorySegment data, int flags) {
        try {
            return answer(state, (long) RECEIVE.invokeExact(state, socket, data, data.byteSize(), flags));
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    static int close(MemorySegment state, int descriptor) {
        try {
            return answer(state, (int) CLOSE.invokeExact(state, descriptor));
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    private static int answer(MemorySegment state, int result) {
        return result < 0 ? -(int) ERRNO.get(state, 0L) : result;
    }

    private static long answer(MemorySegment state, long result) {
        return result < 0 ? -(int) ERRNO.get(state, 0L) : result;
    }

    private static MethodHandle handle(String name, FunctionDescriptor signature) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), signature, Linker.Option.captureCallState("errno"));
    }

    /** Method handles declare Throwable; ours throw nothing but errors of the Java machine. */
    private static RuntimeException unexpected(Throwable problem) {
        return switch (problem) {
            case RuntimeException exception -> exception;
            case Error error -> throw error;
            default -> new IllegalStateException(problem);
        };
    }
}
