package io.ngrokd.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.kernel.proxy.NoProxy;
import io.ngrokd.kernel.proxy.ProxyRules;
import io.ngrokd.kernel.proxy.ProxyServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {

    private final ConfigReader reader = new ConfigReader(Map.of());

    @Test
    void anEmptyFileMeansTheDefaultsOfTheProductPage() throws ConfigException {
        DaemonConfig config = reader.read("config.yml", "");
        assertEquals(URI.create("https://api.ngrok.com"), config.api().url());
        assertEquals("", config.api().key());
        assertEquals(Optional.empty(), config.api().ca());
        assertFalse(config.server().insecureSkipVerify());
        assertEquals(ProxyRules.DIRECT, config.proxy());
        assertEquals(Optional.empty(), config.ingressEndpoint());
        assertEquals("info", config.server().logLevel());
        assertEquals(Path.of("/var/run/ngrokd.sock"), config.server().socketPath());
        assertEquals(Path.of("/etc/ngrokd/tls.crt"), config.server().clientCert());
        assertEquals(Path.of("/etc/ngrokd/tls.key"), config.server().clientKey());
        assertEquals(Path.of("/etc/ssl/certs/ngrok"), config.server().ingressCa());
        assertEquals(new HostPort("127.0.0.1", 8081), config.server().healthAddress());
        assertEquals(Path.of("/etc/ngrokd"), config.server().stateFolder());
        assertEquals(Duration.ofSeconds(30), config.server().drainTimeout());
        assertEquals(new DaemonConfig.Ingress(
                Duration.ofSeconds(5), Duration.ofSeconds(10), new DaemonConfig.Ingress.Pool(16, Duration.ofSeconds(30)), true), config.ingress());
        assertEquals(new DaemonConfig.Connections(Duration.ZERO, Duration.ofMinutes(5), OptionalInt.empty(), 0), config.connections());
        assertEquals(new DaemonConfig.Http(false), config.http());
        assertEquals(30, config.boundEndpoints().pollInterval());
        assertEquals(List.of("true"), config.boundEndpoints().selectors());
        assertEquals("ngrokd0", config.net().interfaceName());
        assertEquals(Optional.empty(), config.net().subnet());
        assertEquals("virtual", config.net().listenInterface());
        assertEquals(9080, config.net().startPort());
        assertEquals(Map.of(), config.net().overrides());
        assertEquals(new DaemonConfig.Plugins(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()), config.plugins());
    }

    @Test
    void everyKeyIsRead() throws ConfigException {
        DaemonConfig config = reader.read("config.yml", """
                api:
                  url: http://127.0.0.1:4040/
                  key: "secret-key"
                  ca: /srv/api-ca.pem
                ingressEndpoint: "ingress.example:8443"
                server:
                  log_level: DEBUG
                  socket_path: /run/n.sock
                  client_cert: /srv/n/tls.crt
                  client_key: /srv/k/tls.key
                  ingress_ca: /srv/ca.pem
                  insecure_skip_verify: true
                  health_address: 127.0.0.1:0
                  state_dir: /srv/state
                  drain_timeout: 0
                ingress:
                  connect_timeout: 1
                  exchange_timeout: 300
                  pool: {size: 0, max_age: 3600}
                  http_pool: false
                connections:
                  idle_timeout: 3600
                  half_closed_timeout: 0
                  max: 0
                  max_per_endpoint: 100
                http:
                  forwarded_headers: true
                registration:
                  description: The box
                  metadata: '{"team":"x"}'
                  region: eu
                bound_endpoints:
                  poll_interval: 5
                  selectors: ['false', "endpoint.url == 'x'"]
                net:
                  interface_name: ng1
                  subnet: 10.9.0.0/24
                  listen_interface: "0.0.0.0"
                  start_port: 10000
                  overrides:
                    My-Endpoint: eth0
                  virtual_clients: [172.17.0.0/16]
                dns:
                  enabled: true
                  listen: [192.0.2.1, "192.0.2.2:5353"]
                  ttl: 60
                  upstreams: [9.9.9.9, "[::1]:5300"]
                  zones: [MyApp, lab.example.com.]
                  allow: [203.0.113.0/24]
                  rate_limit: 0
                  cache_size: 5
                plugins:
                  netif: linux-lo
                  hosts: hosts-file
                  dns_server: my-server
                  dns: none
                proxy:
                  url: http://ali:sesame@proxy.example:3128
                  no_proxy: [.internal, 10.0.0.0/8]
                """);
        assertEquals(URI.create("http://127.0.0.1:4040"), config.api().url());
        assertEquals("secret-key", config.api().key());
        assertEquals(Optional.of(Path.of("/srv/api-ca.pem")), config.api().ca());
        assertEquals(new ProxyRules(Optional.of(ProxyServer.parse("http://ali:sesame@proxy.example:3128", "proxy.url")),
                NoProxy.parse(".internal,10.0.0.0/8")), config.proxy());
        assertEquals(Optional.of(new HostPort("ingress.example", 8443)), config.ingressEndpoint());
        assertEquals(
                new DaemonConfig.Server("debug", Path.of("/run/n.sock"), Path.of("/srv/n/tls.crt"), Path.of("/srv/k/tls.key"),
                        Path.of("/srv/ca.pem"), true, new HostPort("127.0.0.1", 0), Path.of("/srv/state"),
                        Duration.ZERO),
                config.server());
        assertEquals(new DaemonConfig.Ingress(
                Duration.ofSeconds(1), Duration.ofSeconds(300), new DaemonConfig.Ingress.Pool(0, Duration.ofHours(1)), false), config.ingress());
        assertEquals(new DaemonConfig.Connections(Duration.ofHours(1), Duration.ZERO, OptionalInt.of(0), 100), config.connections());
        assertEquals(new DaemonConfig.Http(true), config.http());
        assertEquals(new DaemonConfig.Registration(Optional.of("The box"), Optional.of("{\"team\":\"x\"}"), "eu"), config.registration());
        assertEquals(new DaemonConfig.BoundEndpoints(5, List.of("false", "endpoint.url == 'x'")), config.boundEndpoints());
        assertEquals(
                new DaemonConfig.Net("ng1", Optional.of(Subnet.parse("10.9.0.0/24")), "0.0.0.0", 10000, Map.of("my-endpoint", "eth0"),
                        List.of(Subnet.parse("172.17.0.0/16"))),
                config.net());
        assertEquals("eth0", config.net().listenInterface("my-endpoint"));
        assertEquals("0.0.0.0", config.net().listenInterface("other"));
        assertEquals(new DaemonConfig.Dns(Optional.of(true), List.of(at("192.0.2.1", 53), at("192.0.2.2", 5353)), Duration.ofMinutes(1),
                List.of(at("9.9.9.9", 53), at("::1", 5300)), List.of("myapp", "lab.example.com"), List.of("203.0.113.0/24"), 0, 5), config.dns());
        assertEquals(new DaemonConfig.Plugins(Optional.of("linux-lo"), Optional.of("hosts-file"), Optional.of("my-server"), Optional.of("none")),
                config.plugins());
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    @Test
    void dnsIsDecidedByTheDaemonUnlessTold() throws ConfigException {
        DaemonConfig.Dns dns = reader.read("c", "").dns();
        assertEquals(new DaemonConfig.Dns(Optional.empty(), List.of(), Duration.ofSeconds(30), List.of(), List.of(), List.of(), 1000, 10_000), dns);
        assertEquals(Optional.of(false), reader.read("c", "dns: {enabled: false}").dns().enabled());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "listen: [eth0]|dns.listen: expected an IP address, perhaps with a port",
        "upstreams: ['9.9.9.9:x']|dns.upstreams: expected HOST:PORT, found '9.9.9.9:x'",
        "zones: ['*.x']|dns.zones: expected a domain such as myapp",
        "allow: [10.0.0.x]|dns.allow: ",
        "ttl: 86401|dns.ttl: expected a whole number of seconds from 0 to 86400",
        "enabled: maybe|dns.enabled: expected true or false",
        "rate_limit: -1|dns.rate_limit: expected a whole number from 0 to 1000000"})
    void badDnsSettingsAreNamed(String setting, String problem) {
        ConfigException refused = assertThrows(ConfigException.class, () -> reader.read("c.yml", "dns:\n  " + setting + "\n"));
        assertTrue(refused.getMessage().contains("c.yml:2:") && refused.getMessage().contains(problem), refused.getMessage());
    }

    @Test
    void whatNgrokWouldRefuseIsRefusedHere() throws ConfigException {
        String longest = "\u00fc".repeat(127) + "x";
        assertEquals(Optional.of(longest), reader.read("c", "registration: {description: " + longest + "}").registration().description());
        ConfigException refused = assertThrows(ConfigException.class, () -> reader.read("c",
                "registration:\n  description: " + longest + "y\n  metadata: " + "m".repeat(4097) + "\n"));
        assertTrue(refused.getMessage().contains("c:2:16: registration.description: ngrok takes at most 255 bytes, these are 256; shorten it")
                && refused.getMessage().contains("registration.metadata: ngrok takes at most 4096 bytes, these are 4097"), refused.getMessage());
    }

    @Test
    void emptyValuesMeanTheDefault() throws ConfigException {
        DaemonConfig config = reader.read("config.yml", "api:\n  key: \"\"\n  url:\nnet:\nbound_endpoints:\n  selectors: []\n");
        assertEquals(reader.read("config.yml", ""), config);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            servr: {}                              | config.yml:1:1: unknown key 'servr'; did you mean 'server'?
            net: {startPort: 1}                    | config.yml:1:7: unknown key 'net.startPort'; did you mean 'start_port'?
            net: {xyzzyxyzzy: 1}                   | config.yml:1:7: unknown key 'net.xyzzyxyzzy'; known here: interface_name, listen_interface, overrides, start_port, subnet
            net: {start_port: 70000}               | config.yml:1:19: net.start_port: expected a whole number from 1 to 65535, found the number 70000
            net: {start_port: many}                | config.yml:1:19: net.start_port: expected a whole number from 1 to 65535, found the text 'many'
            net: {subnet: 10.0.0.0/99}             | config.yml:1:15: net.subnet: '10.0.0.0/99' is no subnet; the prefix length goes from 0 to 32
            net: [1]                               | config.yml:1:6: net: expected keys below it, found a list
            server: {log_level: loud}              | config.yml:1:21: server.log_level: expected one of debug, info, warn, error, found 'loud'
            api: {url: ftp://x.example}            | config.yml:1:12: api.url: expected an https URL, found 'ftp://x.example'
            api: {url: http://x.example}           | config.yml:1:12: api.url: 'http://x.example' would send the API key over the network in clear; use https (plain http is for loopback only)
            bound_endpoints: {poll_interval: 0}    | config.yml:1:34: bound_endpoints.poll_interval: expected a whole number from 1 to 86400, found the number 0
            bound_endpoints: {selectors: 'true'}   | config.yml:1:30: bound_endpoints.selectors: expected a list such as ['true'], found the text 'true'
            server: {drain_timeout: 3601}          | config.yml:1:25: server.drain_timeout: expected a whole number of seconds from 0 to 3600, found the number 3601
            server: {drain_timeout: 30s}           | config.yml:1:25: server.drain_timeout: expected a whole number of seconds from 0 to 3600, found the text '30s'
            ingress: {connect_timeout: 0}          | config.yml:1:28: ingress.connect_timeout: expected a whole number of seconds from 1 to 300, found the number 0
            ingress: {pool: {size: 257}}           | config.yml:1:24: ingress.pool.size: expected a whole number from 0 to 256, found the number 257
            ingress: {pool: {max_aeg: 1}}          | config.yml:1:18: unknown key 'ingress.pool.max_aeg'; did you mean 'max_age'?
            ingress: {pool: 4}                     | config.yml:1:17: ingress.pool: expected keys below it, found a single value
            ingress: {http_pool: 1}                | config.yml:1:22: ingress.http_pool: expected true or false, found the number 1
            connections: {max: -1}                 | config.yml:1:20: connections.max: expected a whole number from 0 to 1000000, found the number -1
            connections: {max_per_endpoint: many}  | config.yml:1:33: connections.max_per_endpoint: expected a whole number from 0 to 1000000, found the text 'many'
            http: {forwarded_header: true}         | config.yml:1:8: unknown key 'http.forwarded_header'; did you mean 'forwarded_headers'?
            server: {insecure_skip_verify: maybe}  | config.yml:1:32: server.insecure_skip_verify: expected true or false, found the text 'maybe'
            proxy: {no_proxy: [10.0.0.0/64]}       | config.yml:1:19: proxy.no_proxy: '10.0.0.0/64' is no range such as 10.0.0.0/8
            proxy: {url: 'socks5://p.example'}     | config.yml:1:14: proxy.url: a proxy of the kind socks5 cannot be used; expected http://HOST:PORT or http://USER:PASSWORD@HOST:PORT
            ingressEndpoint: 'a b:1'               | config.yml:1:18: ingressEndpoint: expected HOST:PORT, found 'a b:1'
            """)
    void eachProblemNamesItsPlaceAndMend(String text, String message) {
        ConfigException refused = assertThrows(ConfigException.class, () -> reader.read("config.yml", text));
        String known = refused.getMessage().contains("known here")
                ? refused.getMessage().replaceAll("known here: .*", "known here: interface_name, listen_interface, overrides, start_port, subnet")
                : refused.getMessage();
        assertEquals(message, known);
    }

    @Test
    void brokenYamlSaysWhere() {
        ConfigException refused = assertThrows(ConfigException.class, () -> reader.read("config.yml", "api:\n\tkey: x\n"));
        assertEquals("config.yml:2:1", refused.getMessage().substring(0, 14));
        assertEquals(true, refused.getMessage().endsWith("(there are tabs in the file; YAML wants spaces)"), refused.getMessage());
        ConfigException twice = assertThrows(ConfigException.class, () -> reader.read("config.yml", "api: {}\nnet: {}\napi: {}\n"));
        assertEquals("config.yml:3:1: 'api' stands twice, first in line 1; keep one", twice.getMessage());
    }

    @Test
    void whatStandsInGroupsThatStandTwiceIsCheckedToo() {
        ConfigException refused = assertThrows(ConfigException.class,
                () -> reader.read("c", "nett: {}\nnet:\n  start_port: x\nserver: {start_port: 1}\nnet:\n  subnet: y\n"));
        assertEquals("""
                c:1:1: unknown key 'nett'; did you mean 'net'?
                c:3:15: net.start_port: expected a whole number from 1 to 65535, found the text 'x'
                c:4:10: unknown key 'server.start_port'; it belongs to 'net': net.start_port
                c:5:1: 'net' stands twice, first in line 2; keep one
                c:6:11: net.subnet: 'y' is no subnet; write it like 10.107.0.0/16""", refused.getMessage());
    }

    @Test
    void aByteOrderMarkMeansNothing() throws ConfigException {
        assertEquals(7, reader.read("c", "\ufeffnet: {start_port: 7}\n").net().startPort());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            virtual            | virtual
            Virtual            | virtual
            0.0.0.0            | 0.0.0.0
            '::'               | ::
            192.168.1.100      | 192.168.1.100
            eth0               | eth0
            'eth0:1'           | eth0:1
            Ethernet 2         | Ethernet 2
            192.168.1.300      | expected virtual, an IP address, or the name of an interface, found '192.168.1.300'
            192.168.1          | expected virtual, an IP address, or the name of an interface, found '192.168.1'
            '0.0.0.0:80'       | expected virtual, an IP address, or the name of an interface, found '0.0.0.0:80'; write the address alone, endpoints bring their ports
            '[::1]:80'         | expected virtual, an IP address, or the name of an interface, found '[::1]:80'; write the address alone, endpoints bring their ports
            10.0.0.0/8         | expected virtual, an IP address, or the name of an interface, found '10.0.0.0/8'; a range cannot be listened on
            """)
    void whereToListenIsNoSlipOfThePen(String where, String read) throws ConfigException {
        if (!read.startsWith("expected")) {
            assertEquals(read, reader.read("c", "net: {listen_interface: '" + where + "'}").net().listenInterface());
            assertEquals(read, reader.read("c", "net: {overrides: {a: '" + where + "'}}").net().listenInterface("a"));
            return;
        }
        ConfigException refused = assertThrows(ConfigException.class, () -> reader.read("c", "net: {listen_interface: '" + where + "'}"));
        assertEquals("c:1:25: net.listen_interface: " + read, refused.getMessage());
        ConfigException override = assertThrows(ConfigException.class, () -> reader.read("c", "net: {overrides: {a: '" + where + "'}}"));
        assertEquals("c:1:22: net.overrides: a: " + read, override.getMessage());
    }

    @Test
    void aSocketPathHasALimit() throws ConfigException {
        String longest = "/" + "s".repeat(102);
        assertEquals(Path.of(longest), reader.read("c", "server: {socket_path: " + longest + "}").server().socketPath());
        assertEquals("c:1:23: server.socket_path: a socket's path has at most 103 bytes, this one has 104; choose a shorter one, such as /run/ngrokd.sock",
                assertThrows(ConfigException.class, () -> reader.read("c", "server: {socket_path: " + longest + "s}")).getMessage());
    }

    @Test
    void allProblemsAreSaidAtOnce() {
        ConfigException refused = assertThrows(
                ConfigException.class, () -> reader.read("config.yml", "net:\n  start_port: 0\n  subnet: x\nfoo: 1\n"));
        assertEquals(3, refused.getMessage().lines().count(), refused.getMessage());
    }

    @Test
    void theKeyComesFromTheEnvironmentFirst(@TempDir Path folder) throws Exception {
        String file = "api: {key: from-file}";
        assertEquals("from-env", new ConfigReader(Map.of("NGROK_API_KEY", "from-env")).read("c", file).api().key());
        Path keyFile = Files.writeString(folder.resolve("key"), "from-key-file\n");
        assertEquals(
                "from-key-file", new ConfigReader(Map.of("NGROK_API_KEY_FILE", keyFile.toString())).read("c", file).api().key());
        ConfigException refused = assertThrows(
                ConfigException.class, () -> new ConfigReader(Map.of("NGROK_API_KEY_FILE", "/does/not/exist")).read("c", file));
        assertEquals(true, refused.getMessage().startsWith("NGROK_API_KEY_FILE: cannot read /does/not/exist"));
    }

    @Test
    void theKeyIsNeverShown() throws ConfigException {
        assertFalse(reader.read("c", "api: {key: hidden}").toString().contains("hidden"));
        for (String slip : List.of("api: {key: 'hidden hidden'}", "api: hidden", "api:\n  key:hidden\n", "api: {key:hidden}", "api: [hidden]",
                "api: {key: [hidden]}", "api: {key: {hidden: 1}}",
                "proxy: http://a:hidden@b", "proxy:\n  url:http://a:hidden@b\n", "proxy: {url: 'ftp://a:hidden@b'}", "proxy: {url: 'a:hidden b@c'}")) {
            ConfigException refused = assertThrows(ConfigException.class, () -> reader.read("c", slip), slip);
            assertFalse(refused.getMessage().contains("hidden"), refused.getMessage());
        }
        ConfigException environment = assertThrows(
                ConfigException.class, () -> new ConfigReader(Map.of("NGROK_API_KEY", "hidden\nhidden")).read("c", ""));
        assertEquals("NGROK_API_KEY: an API key is one word of ASCII characters; copy it again from ngrok's dashboard; or unset it", environment.getMessage());
    }

    @Test
    void theProxyComesFromTheEnvironmentWhenTheFileHasNone() throws ConfigException {
        Map<String, String> environment = Map.of(
                "https_proxy", "lower.example:1", "HTTPS_PROXY", "http://a:hidden@upper.example:1", "ALL_PROXY", "socks5://all.example:1", "no_proxy", "x.example");
        ConfigReader inEnvironment = new ConfigReader(environment);
        assertEquals("Optional[http://***@upper.example:1 (HTTPS_PROXY)]", inEnvironment.read("c", "").proxy().server().toString());
        assertEquals(List.of("x.example"), inEnvironment.read("c", "").proxy().exceptions().entries());
        assertEquals("file.example", inEnvironment.read("c", "proxy: {url: 'file.example:1'}").proxy().server().orElseThrow().host());
        assertEquals(List.of("y.example"), inEnvironment.read("c", "proxy: {no_proxy: [Y.example]}").proxy().exceptions().entries());
        assertEquals(ProxyRules.DIRECT, inEnvironment.read("c", "proxy: {url: none}").proxy());
        assertFalse(inEnvironment.read("c", "").toString().contains("hidden"));
    }

    @Test
    void aProxyOfTheEnvironmentThatCannotBeUsedIsAProblem() throws ConfigException {
        ConfigReader odd = new ConfigReader(Map.of("ALL_PROXY", "socks5://a:hidden@all.example:1"));
        ConfigException refused = assertThrows(ConfigException.class, () -> odd.read("c", ""));
        assertEquals("ALL_PROXY: a proxy of the kind socks5 cannot be used; expected http://HOST:PORT or http://USER:PASSWORD@HOST:PORT;"
                + " or set proxy.url, which comes before it (none: no proxy)", refused.getMessage());
        assertEquals(ProxyRules.DIRECT, odd.read("c", "proxy: {url: none}").proxy());
    }

    @Test
    void aForgottenSpaceIsSaid() {
        assertEquals("c:1:7: unknown key 'api.key:'; write a space behind the colon",
                assertThrows(ConfigException.class, () -> reader.read("c", "api: {key:x}")).getMessage());
    }
}
