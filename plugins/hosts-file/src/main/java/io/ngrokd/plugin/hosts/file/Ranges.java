package io.ngrokd.plugin.hosts.file;

import java.util.Arrays;

/** Ranges of positions, each behind the one before; neighbours become one. Not for several threads. */
final class Ranges {

    private int[] bounds = new int[16];
    private int used;

    void add(int start, int end) {
        if (used > 0 && bounds[used - 1] == start) {
            bounds[used - 1] = end;
            return;
        }
        if (used == bounds.length) {
            bounds = Arrays.copyOf(bounds, used * 2);
        }
        bounds[used++] = start;
        bounds[used++] = end;
    }

    void addAll(Ranges other) {
        for (int index = 0; index < other.size(); index++) {
            add(other.start(index), other.end(index));
        }
    }

    void clear() {
        used = 0;
    }

    int size() {
        return used / 2;
    }

    int start(int index) {
        return bounds[2 * index];
    }

    int end(int index) {
        return bounds[2 * index + 1];
    }
}
