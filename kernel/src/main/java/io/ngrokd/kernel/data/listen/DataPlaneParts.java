package io.ngrokd.kernel.data.listen;

import io.ngrokd.kernel.data.http.HttpProxy;
import io.ngrokd.kernel.data.ingress.Ingress;
import io.ngrokd.kernel.data.route.FailureLog;
import io.ngrokd.kernel.data.route.RouteTable;
import java.util.function.Supplier;

/** What all connections share. */
record DataPlaneParts(
        Supplier<RouteTable> routes,
        Ingress ingress,
        HttpProxy http,
        FailureLog failures,
        ConnectionBook connections,
        OwnAddresses ownAddresses,
        DataPlaneSettings settings) {}
