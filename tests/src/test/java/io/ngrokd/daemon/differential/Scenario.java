package io.ngrokd.daemon.differential;

import java.util.List;

/**
 * What happens on one connection of a client.
 *
 * @param number names it
 * @param exchanges one after the other
 * @param pipelined whether all requests are sent before the first answer is read
 */
record Scenario(int number, List<Exchange> exchanges, boolean pipelined) {

    Scenario {
        exchanges = List.copyOf(exchanges);
    }

    /**
     * A request and its answers.
     *
     * @param head of the request, with its empty line
     * @param body of the request, with its framing
     * @param awaitsContinue whether the body waits for an answer that says 100
     * @param answers interim ones and the last one
     * @param last whether the backend closes the connection behind it
     */
    record Exchange(String head, String body, boolean awaitsContinue, List<String> answers, boolean last) {

        Exchange {
            answers = List.copyOf(answers);
        }

        String method() {
            return head.stripLeading().split(" ")[0];
        }

        /** Whether it ends in another protocol: an echo of everything. */
        boolean upgrades() {
            return answers.getLast().startsWith("HTTP/1.1 101 ");
        }
    }
}
