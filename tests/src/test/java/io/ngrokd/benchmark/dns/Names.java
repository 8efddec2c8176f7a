package io.ngrokd.benchmark.dns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What both servers know, half exact names and half wildcards, and what they are asked, as files.
 *
 * @param names for ours: "10.0.0.1 name"
 * @param dnsmasq the same for dnsmasq
 * @param queries for dnsperf
 */
record Names(Path names, Path dnsmasq, Path queries) {

    private static final int ASKED = 1000;

    /** @param exact how many exact names */
    static Names write(Path folder, String file, int exact, int wildcards) throws IOException {
        List<String> ours = new ArrayList<>();
        List<String> theirs = new ArrayList<>(List.of("no-resolv", "no-hosts", "bind-interfaces", "listen-address=127.0.0.1",
                "cache-size=10000", "local-ttl=30", "local=/bench.lab/", "user=root", "group=root", "pid-file="));
        for (int number = 0; number < exact; number++) {
            ours.add(address(number) + " host" + number + ".bench.lab");
            theirs.add("host-record=host" + number + ".bench.lab," + address(number));
        }
        for (int number = 0; number < wildcards; number++) {
            ours.add(address(number) + " *.wild" + number + ".bench.lab");
            theirs.add("address=/wild" + number + ".bench.lab/" + address(number));
        }
        List<String> asked = new ArrayList<>();
        for (int number = 0; number < ASKED; number++) {
            asked.add("host" + number * 7919L % exact + ".bench.lab A");
            asked.add("some.name" + number + ".wild" + number * 7919L % wildcards + ".bench.lab A");
        }
        return new Names(Files.write(folder.resolve(file + ".names"), ours), Files.write(folder.resolve(file + ".dnsmasq"), theirs),
                Files.write(folder.resolve(file + ".queries"), asked));
    }

    private static String address(int number) {
        return "10.107." + (number >> 8) + "." + (number & 0xff);
    }
}
