package io.ngrokd.kernel.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.api.event.Change;
import io.ngrokd.kernel.plan.Section.Role;
import io.ngrokd.kernel.plan.SystemPlan.Subject;
import io.ngrokd.kernel.reconcile.Desired;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PlanTextTest {

    private static final EndpointKey ONE = new EndpointKey("one.demo", 80);
    private static final EndpointKey TWO = new EndpointKey("two.demo", 80);

    @Test
    void nothingToDoIsOneLine() {
        SystemPlan plan = plan(List.of(Section.of(Role.NETIF, "linux-dummy", List.of())), List.of());
        assertEquals(List.of("Nothing would change on this machine."), PlanText.lines(plan));
        assertFalse(plan.changesSomething());
    }

    @Test
    void eachBackendHasItsHeadingAndEachChangeItsSign() {
        Section section = Section.of(Role.FORWARD, "shared", List.of(Change.remove(Change.LISTENER, "a:1"),
                Change.add(Change.LISTENER, "a:2").noted("because"), Change.change(Change.INTERFACE, "i is switched on"),
                Change.blocked(Change.LISTENER, "a:3", "held by nginx")));
        assertEquals(List.of("@@ listeners: shared @@", "- a:1", "+ a:2   (because)", "~ i is switched on", "! a:3   (held by nginx)"),
                PlanText.lines(plan(List.of(section), List.of())));
    }

    @Test
    void whatGoesWhatIsEstimatedAndWhatIsImpossibleSaySo() {
        List<String> lines = PlanText.lines(plan(List.of(
                Section.of(Role.NETIF, "old", List.of(Change.remove(Change.ADDRESS, "x"))).going(),
                Section.of(Role.HOSTS, "other", List.of(Change.add(Change.FILE_LINE, "y"))).estimate(),
                Section.of(Role.DNS, "", List.of()).failing("nobody can").noted("a note")), List.of()));
        assertEquals(List.of("@@ addresses: old, which goes @@", "- x", "@@ hosts file: other (estimated, since it cannot say) @@", "+ y",
                "@@ resolver of this machine @@", "! nobody can", "  a note"), lines);
    }

    @Test
    void whatCannotBeHadIsNoChange() {
        SystemPlan plan = plan(List.of(Section.of(Role.NETIF, "b", List.of(Change.blocked(Change.ADDRESS, "x", "why")))), List.of());
        assertFalse(plan.changesSomething());
        assertEquals("Nothing would change on this machine.", PlanText.lines(plan).getLast());
    }

    @Test
    void theSameOfOneThatGoesAndComesIsNoLine() {
        Section going = Section.of(Role.NETIF, "b", List.of(Change.remove(Change.INTERFACE, "i"), Change.remove(Change.ADDRESS, "x"))).going();
        Section coming = Section.of(Role.NETIF, "b", List.of(Change.add(Change.INTERFACE, "i"), Change.add(Change.ADDRESS, "y")));
        List<Section> rest = Section.withoutTheSame(going, coming);
        assertEquals(List.of(Change.remove(Change.ADDRESS, "x")), rest.getFirst().changes());
        assertEquals(List.of(Change.add(Change.ADDRESS, "y")), rest.getLast().changes());
    }

    @Test
    void endpointsKeepMoveComeAndGo() {
        Desired before = desired(Map.of(ONE, "10.0.0.2", TWO, "10.0.0.3"));
        assertEquals(List.of("2 endpoints keep their places and their connections."),
                endpoints(EndpointMove.between(before, before, false, key -> 1)));
        assertEquals(List.of("@@ endpoints @@", "~ one.demo:80 moves from 10.0.0.2:80 to 10.0.0.9:80; 2 connections must end within 5 s",
                        "- two.demo:80 at 10.0.0.3:80; 2 connections must end within 5 s"),
                endpoints(EndpointMove.between(before, desired(Map.of(ONE, "10.0.0.9")), false, key -> 2)));
        assertEquals(List.of("@@ endpoints @@", "+ one.demo:80 at 10.0.0.2:80", "+ two.demo:80 at 10.0.0.3:80"),
                endpoints(EndpointMove.between(Desired.nothing(), before, false, key -> 0)));
        assertEquals(List.of("@@ endpoints @@", "~ one.demo:80 is bound anew at 10.0.0.2:80; 1 connection must end within 5 s",
                        "~ two.demo:80 is bound anew at 10.0.0.3:80; 1 connection must end within 5 s"),
                endpoints(EndpointMove.between(before, before, true, key -> 1)));
    }

    @Test
    void anEndpointWithoutAPlaceSaysWhy() {
        TreeMap<EndpointKey, StageFailure> nowhere = new TreeMap<>(Map.of(ONE, new StageFailure(FailureCode.EXHAUSTED, "no address is left")));
        List<EndpointMove> moves = EndpointMove.between(Desired.nothing(), new Desired(new TreeMap<>(), nowhere), false, key -> 0);
        assertEquals("! one.demo:80   (no address is left)", PlanText.lines(plan(List.of(), moves)).get(1));
    }

    @Test
    void programsGetTheSameAsFields() {
        SystemPlan plan = new SystemPlan(Subject.CANDIDATE, "/c.yml", List.of("net.subnet"), List.of("server.socket_path"), "5 s",
                List.of("a note"), List.of(Section.of(Role.NETIF, "b", List.of(Change.add(Change.ADDRESS, "x").noted("n")))),
                EndpointMove.between(Desired.nothing(), desired(Map.of(ONE, "10.0.0.2")), false, key -> 0));
        ObjectNode json = plan.json();
        assertEquals("candidate", json.path("subject").asText());
        assertTrue(json.path("changes").asBoolean());
        assertEquals("{\"action\":\"add\",\"kind\":\"address\",\"line\":\"x\",\"note\":\"n\"}",
                json.path("sections").get(0).path("changes").get(0).toString());
        assertEquals("added 10.0.0.2:80", json.path("endpoints").get(0).path("fate").asText() + " "
                + json.path("endpoints").get(0).path("to").asText());
        assertEquals(List.of("Changed in the config: net.subnet", "@@ addresses: b @@", "+ x   (n)", "@@ endpoints @@",
                        "+ one.demo:80 at 10.0.0.2:80", "Needs a restart of ngrokd to count: server.socket_path", "Note: a note"),
                json.path("diff").valueStream().map(line -> line.asText()).toList());
    }

    private static List<String> endpoints(List<EndpointMove> moves) {
        // Something changes in any case, so that those who stay are told of.
        List<String> lines = PlanText.lines(plan(List.of(Section.of(Role.NETIF, "b", List.of(Change.add(Change.ADDRESS, "x")))), moves));
        return lines.subList(2, lines.size());
    }

    private static SystemPlan plan(List<Section> sections, List<EndpointMove> moves) {
        return new SystemPlan(Subject.FILE, "/c.yml", List.of(), List.of(), "5 s", List.of(), sections, moves);
    }

    private static Desired desired(Map<EndpointKey, String> places) {
        TreeMap<EndpointKey, Allocation> allocations = new TreeMap<>();
        places.forEach((key, address) -> allocations.put(key, new Allocation(
                new Endpoint(key, Protocol.HTTP, "http://" + key.host(), List.of("ep_" + key.host())), Desired.VIRTUAL,
                InetAddress.ofLiteral(address), key.port())));
        return new Desired(allocations, new TreeMap<>());
    }
}
