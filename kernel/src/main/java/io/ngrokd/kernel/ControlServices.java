package io.ngrokd.kernel;

import io.ngrokd.kernel.config.HostPort;
import io.ngrokd.kernel.control.Actions;
import io.ngrokd.kernel.control.ControlSocket;
import io.ngrokd.kernel.control.Documents;
import io.ngrokd.kernel.control.Events;
import io.ngrokd.kernel.control.Examiner;
import io.ngrokd.kernel.control.HealthServer;
import io.ngrokd.kernel.control.Inspection;
import io.ngrokd.kernel.control.PluginControl;
import io.ngrokd.kernel.control.Upkeep;
import io.ngrokd.kernel.control.api.Api;
import io.ngrokd.kernel.control.api.BugreportRoutes;
import io.ngrokd.kernel.control.api.ChangingRoutes;
import io.ngrokd.kernel.control.api.ReadingRoutes;
import io.ngrokd.kernel.control.api.Route;
import io.ngrokd.kernel.control.api.Streams;
import io.ngrokd.kernel.control.http.ControlToken;
import io.ngrokd.kernel.control.http.HttpOverTcp;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The ways in which users reach the daemon: the socket, and HTTP on its own port. */
final class ControlServices {

    private final Vertx vertx;
    private final Documents documents;
    private final Actions actions;
    private final Api api;

    ControlServices(
            Vertx vertx, Documents documents, Actions actions, Upkeep upkeep, PluginControl plugins, Examiner examiner, Events events,
            LogTail log, Inspection inspection) {
        this.vertx = vertx;
        this.documents = documents;
        this.actions = actions;
        List<Route> reading = new ReadingRoutes(documents, upkeep, plugins, examiner, events, log.feed(), new Streams()).routes();
        this.api = new Api(Stream.of(reading, new ChangingRoutes(actions, upkeep, plugins, events).routes(),
                new BugreportRoutes(reading, inspection).routes()).flatMap(List::stream).toList());
    }

    /**
     * Listens on TCP; blocks until it does.
     *
     * @param token the file with what somebody must know to change things this way; made when it is missing
     * @return the server, and what it listens on
     */
    Http http(HostPort at, Path token) throws IOException {
        HealthServer server = new HealthServer(vertx, documents, new HttpOverTcp(api, at.host(), ControlToken.keptIn(token)));
        return new Http(server, at.host() + ":" + server.start(at.host(), at.port()));
    }

    /** A server that listens, and where. */
    record Http(HealthServer server, String address) {}

    /** Listens on the unix socket; blocks until it does. */
    ControlSocket socket(Path path) throws IOException {
        ControlSocket socket = new ControlSocket(vertx, documents, actions, api, path);
        socket.start();
        return socket;
    }
}
