package io.ngrokd.daemon.differential;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Plays scenarios directly and through the daemon and prints every difference that is not allowed. A program: {@code
 * DifferentialRun SEED COUNT BACKEND_PORT HOST}. The endpoint at HOST, port 80, must lead to the port.
 */
public final class DifferentialRun {

    private DifferentialRun() {}

    /** Its last line is {@code cases=N exchanges=N differences=N} and how often each rule was needed. */
    public static void main(String[] arguments) throws Exception {
        List<Scenario> scenarios = new Grammar(Long.parseLong(arguments[0])).scenarios(Integer.parseInt(arguments[1]));
        int port = Integer.parseInt(arguments[2]);
        Map<AllowedDifference, Integer> uses = new EnumMap<>(AllowedDifference.class);
        Arrays.stream(AllowedDifference.values()).forEach(rule -> uses.put(rule, 0));
        int exchanges = 0;
        int different = 0;
        try (RecordingBackend backend = new RecordingBackend(port)) {
            for (Scenario scenario : scenarios) {
                Transcript direct = Transcript.of(scenario, backend, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                Transcript through = Transcript.of(scenario, backend, new InetSocketAddress(arguments[3], 80));
                for (String difference : Comparison.differences(direct, through)) {
                    different++;
                    System.out.println("case " + scenario.number() + ": " + difference);
                }
                if (direct.end().startsWith("broken")) {
                    different++;
                    System.out.println("case " + scenario.number() + " does not even work directly: " + direct.end());
                }
                exchanges += direct.seen().size();
                for (AllowedDifference rule : AllowedDifference.values()) {
                    uses.merge(rule, rule.applyTo(direct).equals(direct) ? 0 : 1, Integer::sum);
                }
            }
        }
        System.out.println("cases=" + scenarios.size() + " exchanges=" + exchanges + " differences=" + different + " " + uses);
    }
}
