package io.ngrokd.cloud.ingress;

/** What a client asks for; the identity of a pod is only shown in the log. */
record ConnRequest(String host, long port, String podName) {}
