package io.ngrokd.plugin.dns.windows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {

    private static final String SERVER = "127.0.0.1";

    @Test
    void rulesThatAreRightStay() {
        NrptRule right = rule("{1}", "ngrokd", SERVER, ".example.com", "example.com");
        NrptRule oldServer = rule("{2}", "ngrokd", "127.0.0.9", ".example.org", "example.org");
        NrptRule unwanted = rule("{3}", "ngrokd", SERVER, ".gone.com", "gone.com");
        NrptRule double_ = rule("{4}", "ngrokd", SERVER, ".example.com", "example.com");
        NrptRule foreign = rule("{5}", "", "10.0.0.1", ".company.com");
        Plan plan = plan(List.of(right, oldServer, unwanted, double_, foreign), "example.com", "example.org", "new.com");
        assertEquals(List.of("example.org", "new.com"), plan.add());
        assertEquals(List.of(oldServer, unwanted, double_), plan.remove());
        assertTrue(plan(List.of(right), "example.com").isEmpty());
    }

    @Test
    void anAddressIsTheSameHoweverItIsWritten() {
        assertTrue(rule("{1}", "ngrokd", "fd00::1", ".a").asksOnly("fd00:0:0:0:0:0:0:1"));
        assertFalse(rule("{1}", "ngrokd", "fd00::2", ".a").asksOnly("fd00:0:0:0:0:0:0:1"));
        assertFalse(rule("{1}", "ngrokd", "server.example", ".a").asksOnly(SERVER));
    }

    @Test
    void aDomainBelowOneOfOursNeedsNoRuleUnlessSomebodyElsesIsNearer() {
        assertEquals(Set.of("example.com"), plan(List.of(), "example.com", "a.example.com", "b.a.example.com").wanted());
        NrptRule nearer = rule("{1}", "VPN", "10.0.0.1", ".a.example.com");
        Plan plan = plan(List.of(nearer), "example.com", "b.a.example.com", "a.example.com");
        assertEquals(Set.of("example.com", "b.a.example.com"), plan.wanted());
        assertEquals(Set.of("a.example.com"), plan.failed().keySet());
    }

    @Test
    void rulesForTheBeginningOfNamesAndForEverythingAreAboutNoDomain() {
        assertEquals(Set.of(), rule("{1}", "", "10.0.0.1", ".", "intranet").domains());
        assertEquals(Set.of("intranet", "a.b"), rule("{1}", "", "10.0.0.1", ".intranet", "a.b").domains());
        assertEquals(Set.of(".intranet"), NrptRule.namespacesOf("intranet"));
        assertEquals(Set.of(".a.b", "a.b"), NrptRule.namespacesOf("a.b"));
    }

    @Test
    void rulesAreReadHoweverTheyAreWritten() {
        NrptRule expected = rule("{1}", "ngrokd", SERVER, ".a.b", "a.b");
        for (String json : List.of("'Namespace':['.A.b','a.b'],'NameServers':['127.0.0.1'],'Comment':'ngrokd'",
                "'Namespace':{'value':['.a.b','a.b'],'Count':2},'NameServers':'127.0.0.1','Comment':'ngrokd'")) {
            assertEquals(expected, NrptRule.of(json("'Name':'{1}'," + json)));
        }
        assertEquals("", NrptRule.of(json("'Name':'{1}','Namespace':null,'NameServers':null,'Comment':null")).comment());
        assertThrows(IllegalArgumentException.class, () -> NrptRule.of(json("'Namespace':['.a']")));
        assertThrows(IllegalArgumentException.class, () -> NrptRule.of(json("'Name':'{1}','Namespace':[1]")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[1]", "[", "nothing"})
    void whatIsNoListOfObjectsIsSaid(String text) {
        assertThrows(IllegalArgumentException.class, () -> Json.objects(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"it's", "a\"b", "a\nb", "\u2018", "caf\u00e9"})
    void nothingButPlainCharactersGetsIntoAScript(String value) {
        assertThrows(IllegalArgumentException.class, () -> PowerShell.quoted(value));
    }

    private static JsonObject json(String members) {
        return new JsonObject("{" + members.replace('\'', '"') + "}");
    }

    private static Plan plan(List<NrptRule> rules, String... domains) {
        return Plan.of(new TreeSet<>(Set.of(domains)), SERVER, rules);
    }

    private static NrptRule rule(String name, String comment, String server, String... namespaces) {
        return new NrptRule(name, Set.of(namespaces), List.of(server), comment);
    }
}
