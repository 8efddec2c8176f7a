package io.ngrokd.kernel.doctor;

import io.ngrokd.api.spi.Finding;
import io.ngrokd.kernel.ngrok.ApiException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Instruments that find all well, until a test says otherwise. */
public class FakeInstruments implements Instruments {

    public Config config = new Config(Path.of("/etc/ngrokd/config.yml"), true, Optional.empty());
    public boolean key = true;
    public ApiException api;
    public boolean low = true;
    public Optional<Finding> hosts = Optional.of(Finding.good("/etc/hosts says so"));
    public Optional<String> holder = Optional.empty();
    public List<String> dns = List.of();
    public Seen reach = Seen.ok("it is there");
    public Seen handshake = Seen.ok("TLSv1.3");
    public Seen ask = Seen.ok("a stream");
    public final List<String> asked = new ArrayList<>();
    public int visits;

    @Override
    public Config config() {
        return config;
    }

    @Override
    public boolean hasApiKey() {
        return key;
    }

    @Override
    public void askApi() throws ApiException {
        if (api != null) {
            throw api;
        }
    }

    @Override
    public boolean mayListenLow() {
        return low;
    }

    @Override
    public Optional<Finding> hosts(String name, InetAddress address) {
        return hosts;
    }

    @Override
    public Optional<String> holder(InetAddress address, int port) {
        return holder;
    }

    @Override
    public List<String> dns(String server, String name) throws Exception {
        asked.add("dns " + server + " " + name);
        return dns;
    }

    @Override
    public Optional<IngressVisit> ingress() {
        visits++;
        return Optional.of(new Visit());
    }

    private final class Visit implements IngressVisit {

        @Override
        public Seen reach() {
            return reach;
        }

        @Override
        public Seen handshake(boolean alone) {
            return handshake;
        }

        @Override
        public Seen ask(String host, int port) {
            asked.add("ask " + host + ":" + port);
            return ask;
        }

        @Override
        public Seen firstBytes(String host) {
            asked.add("HEAD " + host);
            return Seen.ok("HTTP/1.1 200 OK");
        }

        @Override
        public void close() {
            visits--;
        }
    }
}
