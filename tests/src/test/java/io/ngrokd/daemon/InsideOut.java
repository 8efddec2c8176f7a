package io.ngrokd.daemon;

import io.vertx.core.buffer.Buffer;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes an object as it prints itself, and all that can be reached from it, whatever it prints of that. */
final class InsideOut {

    private static final int DEEPEST = 30;
    private static final List<String> PRINT_ONLY = List.of("java.", "javax.", "jdk.", "sun.", "io.vertx.", "io.netty.", "org.slf4j.", "ch.qos.");

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final StringBuilder out;

    private InsideOut(StringBuilder out) {
        this.out = out;
    }

    static void write(Object object, StringBuilder out) {
        new InsideOut(out).write("", object, 1);
    }

    private void write(String name, Object object, int depth) {
        if (object == null || depth > DEEPEST || !seen.add(object)) {
            return;
        }
        out.append("  ".repeat(depth)).append(name).append(" (").append(object.getClass().getName()).append(") ").append(object).append('\n');
        switch (object) {
            case Key key -> write("encoded", key.getEncoded(), depth + 1);
            case byte[] bytes -> out.append(new String(bytes, StandardCharsets.UTF_8)).append('\n')
                    .append(Base64.getEncoder().encodeToString(bytes)).append('\n').append(HexFormat.of().formatHex(bytes)).append('\n');
            case Buffer bytes -> write("bytes", bytes.getBytes(), depth + 1);
            case char[] characters -> out.append(characters).append('\n');
            case Map<?, ?> map -> map.forEach((key, value) -> {
                write("key", key, depth + 1);
                write("value", value, depth + 1);
            });
            case Iterable<?> items -> items.forEach(item -> write("item", item, depth + 1));
            case Optional<?> optional -> optional.ifPresent(value -> write("value", value, depth + 1));
            case Throwable failure -> write("cause", failure.getCause(), depth + 1);
            default -> writeParts(object, depth + 1);
        }
    }

    private void writeParts(Object object, int depth) {
        if (object.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(object); i++) {
                write("item", Array.get(object, i), depth);
            }
            return;
        }
        if (PRINT_ONLY.stream().anyMatch(object.getClass().getName()::startsWith)) {
            return;
        }
        for (Class<?> type = object.getClass(); type != null && type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    write(field.getName(), value(field, object), depth);
                }
            }
        }
    }

    private static Object value(Field field, Object of) {
        try {
            field.setAccessible(true);
            return field.get(of);
        } catch (InaccessibleObjectException | IllegalAccessException closed) {
            return "closed: " + closed;
        }
    }
}
