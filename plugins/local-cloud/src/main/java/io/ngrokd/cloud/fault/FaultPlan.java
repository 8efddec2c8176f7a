package io.ngrokd.cloud.fault;

import java.util.List;

/**
 * The faults that the configuration asks for.
 *
 * @param forgetOperators all registered operators are forgotten when this is switched on
 */
public record FaultPlan(List<ApiFault> api, List<IngressFault> ingress, boolean forgetOperators) {

    public static final FaultPlan NONE = new FaultPlan(List.of(), List.of(), false);

    public FaultPlan {
        api = List.copyOf(api);
        ingress = List.copyOf(ingress);
    }
}
