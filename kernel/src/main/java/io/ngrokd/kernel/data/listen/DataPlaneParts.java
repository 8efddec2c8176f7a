package io.ngrokd.kernel.data.listen;

import io.ngrokd.kernel.data.http.HttpProxy;
import io.ngrokd.kernel.data.ingress.Ingress;
import io.ngrokd.kernel.data.route.FailureLog;
import io.ngrokd.kernel.data.route.RouteSnapshot;

/** What all connections share. */
record DataPlaneParts(
        RouteSnapshot routes,
        Ingress ingress,
        HttpProxy http,
        FailureLog failures,
        ConnectionBook connections,
        DataPlaneSettings settings) {}
