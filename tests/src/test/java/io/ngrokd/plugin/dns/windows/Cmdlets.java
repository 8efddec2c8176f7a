package io.ngrokd.plugin.dns.windows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The commands that scripts of ours may use. Parameters, and what is refused, are those of the module DnsClient of Windows 10. */
final class Cmdlets {

    private enum Kind { SWITCH, ONE, MANY }

    private static final String LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";
    private static final Pattern NAMESPACE = Pattern.compile("\\.|\\.?" + LABEL + "(\\." + LABEL + ")*");
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:]*(%\\w+)?");
    private static final String POLICY = "HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\DNSClient\\DnsPolicyConfig";

    private static final Map<String, Map<String, Kind>> PARAMETERS = Map.of(
            "Add-DnsClientNrptRule", Map.of("Namespace", Kind.MANY, "NameServers", Kind.MANY, "Comment", Kind.ONE,
                    "DisplayName", Kind.ONE, "PassThru", Kind.SWITCH),
            "Get-DnsClientNrptRule", Map.of("Name", Kind.ONE),
            "Remove-DnsClientNrptRule", Map.of("Name", Kind.ONE, "Force", Kind.SWITCH, "PassThru", Kind.SWITCH),
            "Clear-DnsClientCache", Map.of(),
            "Get-DnsClientServerAddress", Map.of("InterfaceIndex", Kind.MANY, "AddressFamily", Kind.MANY),
            "Get-NetIPInterface", Map.of("ConnectionState", Kind.MANY, "AddressFamily", Kind.MANY),
            "Test-Path", Map.of("LiteralPath", Kind.MANY),
            "Select-Object", Map.of("Property", Kind.MANY),
            "ConvertTo-Json", Map.of("InputObject", Kind.MANY, "Compress", Kind.SWITCH, "Depth", Kind.ONE));

    private final RuleStore rules;
    /** Of all rules; read once, when one is added. */
    private final Set<String> namespacesTaken = new HashSet<>();
    private boolean namespacesRead;

    Cmdlets(RuleStore rules) {
        this.rules = rules;
    }

    /** Runs a pipeline; what it returns would be printed. */
    List<Object> run(Script.Statement statement) throws PowerShellError, IOException {
        List<Object> objects = List.of();
        for (Script.Command command : statement.pipeline()) {
            objects = run(command, objects);
        }
        return objects;
    }

    private List<Object> run(Script.Command command, List<Object> input) throws PowerShellError, IOException {
        Map<String, List<Object>> arguments = bind(command);
        String name = command.name();
        return switch (name) {
            case "Add-DnsClientNrptRule" -> add(arguments);
            case "Get-DnsClientNrptRule" -> rules();
            case "Remove-DnsClientNrptRule" -> remove(arguments);
            case "Clear-DnsClientCache" -> {
                rules.set("flushes", rules.get("flushes") + "flushed\n");
                changed();
                yield List.of();
            }
            case "Get-DnsClientServerAddress" -> objects("servers");
            case "Get-NetIPInterface" -> objects("interfaces");
            case "Test-Path" -> List.of(arguments.get("LiteralPath").equals(List.of(POLICY)) && rules.has("policy") ? "True" : "False");
            case "Select-Object" -> select(arguments.get("Property"), input);
            case "ConvertTo-Json" -> toJson(arguments);
            default -> throw new PowerShellError(name, "The term '" + name + "' is not recognized as the name of a cmdlet.",
                    "ObjectNotFound", "CommandNotFoundException");
        };
    }

    /** As the parameter binder does it; only whole names, and none by position. */
    private Map<String, List<Object>> bind(Script.Command command) throws PowerShellError, IOException {
        Map<String, Kind> known = PARAMETERS.getOrDefault(command.name(), Map.of());
        Map<String, List<Object>> bound = new LinkedHashMap<>();
        for (int i = 0; i < command.arguments().size(); i++) {
            if (!(command.arguments().get(i) instanceof Script.Parameter parameter)) {
                throw new PowerShellError(command.name(), "A positional parameter cannot be found that accepts argument '"
                        + command.arguments().get(i) + "'.",
                        "InvalidArgument", "PositionalParameterNotFound");
            }
            Kind kind = known.get(parameter.name());
            if (kind == null || bound.containsKey(parameter.name())) {
                throw new PowerShellError(command.name(), "A parameter cannot be found that matches parameter name '" + parameter.name()
                        + "'.",
                        "InvalidArgument", "NamedParameterNotFound");
            }
            List<Object> values = List.of();
            if (kind != Kind.SWITCH) {
                if (i + 1 == command.arguments().size() || !(command.arguments().get(i + 1) instanceof List<?> list)) {
                    throw new PowerShellError(command.name(), "Missing an argument for parameter '" + parameter.name() + "'.",
                            "InvalidArgument", "MissingArgument");
                }
                values = evaluate(list);
                if (kind == Kind.ONE && values.size() != 1) {
                    throw new PowerShellError(command.name(), "Cannot convert 'System.Object[]' to the type 'System.String'.",
                            "InvalidArgument", "CannotConvertArgument");
                }
                i++;
            }
            bound.put(parameter.name(), values);
        }
        return bound;
    }

    private List<Object> evaluate(List<?> values) throws PowerShellError, IOException {
        List<Object> evaluated = new ArrayList<>();
        for (Object value : values) {
            if (value instanceof Script.Statement nested) {
                evaluated.addAll(run(nested));
            } else {
                evaluated.add(value);
            }
        }
        return evaluated;
    }

    private List<Object> add(Map<String, List<Object>> arguments) throws PowerShellError, IOException {
        String command = "Add-DnsClientNrptRule";
        demandAdministrator(command);
        List<Object> namespaces = arguments.getOrDefault("Namespace", List.of());
        if (namespaces.isEmpty()) {
            throw new PowerShellError(command, "Cannot process command because of one or more missing mandatory parameters: Namespace.",
                    "InvalidArgument", "MissingMandatoryParameter");
        }
        for (Object namespace : namespaces) {
            if (!NAMESPACE.matcher((String) namespace).matches() || ((String) namespace).length() > 254) {
                throw new PowerShellError(command, "The namespace " + namespace + " is not valid.", "InvalidArgument",
                        "Windows System Error 87");
            }
            if (isTaken((String) namespace)) {
                throw new PowerShellError(command, "A rule for " + namespace + " is there already.", "ResourceExists",
                        "Windows System Error 183");
            }
        }
        for (Object server : arguments.getOrDefault("NameServers", List.of())) {
            if (!ADDRESS.matcher((String) server).matches()) {
                throw new PowerShellError(command, server + " is not a valid IP address.", "InvalidArgument", "Windows System Error 87");
            }
        }
        rules.add(joined(namespaces), joined(arguments.getOrDefault("NameServers", List.of())),
                joined(arguments.getOrDefault("Comment", List.of())));
        namespaces.forEach(namespace -> namespacesTaken.add((String) namespace));
        changed();
        return List.of();
    }

    private boolean isTaken(String namespace) throws IOException {
        if (!namespacesRead) {
            namespacesTaken.clear();
            rules.all().forEach(rule -> namespacesTaken.addAll(List.of(rule.get("Namespace").split(","))));
            namespacesRead = true;
        }
        return namespacesTaken.contains(namespace);
    }

    private List<Object> remove(Map<String, List<Object>> arguments) throws PowerShellError, IOException {
        String command = "Remove-DnsClientNrptRule";
        if (!arguments.containsKey("Name") || !arguments.containsKey("Force")) {
            throw new PowerShellError(command, "PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.",
                    "InvalidOperation", "InvalidOperation");
        }
        demandAdministrator(command);
        String name = joined(arguments.get("Name"));
        namespacesRead = false;
        if (!rules.remove(name)) {
            throw new PowerShellError(command, "There is no rule " + name + ".", "ObjectNotFound", "Windows System Error 1168");
        }
        changed();
        return List.of();
    }

    /** Counts a change, which may be the last one of this process. */
    private void changed() throws IOException {
        rules.set("changes", rules.get("changes") + "x");
        if (rules.has("die-after")) {
            int left = Integer.parseInt(rules.get("die-after"));
            if (left == 0) {
                Runtime.getRuntime().halt(FakePowerShell.KILLED);
            }
            rules.set("die-after", String.valueOf(left - 1));
        }
    }

    private void demandAdministrator(String command) throws PowerShellError {
        if (rules.has("no-administrator")) {
            throw new PowerShellError(command, "Der Zugriff auf eine CIM-Ressource war fuer den Client nicht moeglich.",
                    "PermissionDenied", "Windows System Error 5");
        }
    }

    private List<Object> rules() throws IOException {
        List<Object> objects = new ArrayList<>();
        for (Map<String, String> rule : rules.all()) {
            Map<String, Object> object = new LinkedHashMap<>(rule);
            for (String several : List.of("Namespace", "NameServers")) {
                object.put(several, rule.get(several).isEmpty() ? null : List.of(rule.get(several).split(",")));
            }
            objects.add(object);
        }
        return objects;
    }

    /** Lines of {@code index value...}: for interfaces the metric, else addresses. */
    private List<Object> objects(String fact) throws IOException {
        List<Object> objects = new ArrayList<>();
        for (String line : rules.get(fact).lines().toList()) {
            List<String> words = List.of(line.split(" "));
            objects.add(fact.equals("interfaces")
                    ? Map.of("InterfaceIndex", Integer.valueOf(words.get(0)), "InterfaceMetric", Integer.valueOf(words.get(1)))
                    : Map.of("InterfaceIndex", Integer.valueOf(words.get(0)), "ServerAddresses", words.subList(1, words.size())));
        }
        return objects;
    }

    private static List<Object> select(List<Object> properties, List<Object> input) {
        List<Object> selected = new ArrayList<>();
        for (Object object : input) {
            Map<String, Object> copy = new LinkedHashMap<>();
            properties.forEach(property -> copy.put((String) property, ((Map<?, ?>) object).get(property)));
            selected.add(copy);
        }
        return selected;
    }

    private List<Object> toJson(Map<String, List<Object>> arguments) throws PowerShellError {
        if (!arguments.containsKey("Compress") || Integer.parseInt(joined(arguments.getOrDefault("Depth", List.of("2")))) < 2) {
            throw new PowerShellError("ConvertTo-Json", "this stand-in writes whole objects on one line", "NotImplemented",
                    "NotImplemented");
        }
        return List.of(json(arguments.get("InputObject"), false));
    }

    private String json(Object value, boolean inner) {
        return switch (value) {
            case null -> "null";
            case Integer number -> number.toString();
            case List<?> list -> {
                String elements = list.stream().map(each -> json(each, true)).collect(Collectors.joining(",", "[", "]"));
                yield inner && rules.has("wrap-arrays") ? "{\"value\":" + elements + ",\"Count\":" + list.size() + "}" : elements;
            }
            case Map<?, ?> map -> map.entrySet().stream().map(each -> "\"" + each.getKey() + "\":" + json(each.getValue(), true))
                    .collect(Collectors.joining(",", "{", "}"));
            default -> "\"" + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        };
    }

    private static String joined(List<Object> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
