package io.ngrokd.kernel.data.http;

import io.ngrokd.kernel.data.http.MessageHead.Field;
import java.util.List;
import java.util.Locale;

/**
 * What a message says to its own connection only (RFC 9110, 7.6.1). The client's connection and ours to the endpoint are
 * two: Connection, the fields it names, Keep-Alive and Proxy-Connection stay on the one that they came on, and the other
 * gets a Connection of its own. Upgrade passes together with its option, because what is agreed on by it is tunnelled.
 *
 * <p>Proxy-Authorization and Proxy-Authenticate are left alone. The RFC does not count them among the fields of a connection
 * any more; they are for the first proxy that asks for credentials (11.7), and we are a gateway, which never asks. What an
 * endpoint is sent through us is what it would be sent without us.
 */
final class HopByHop {

    private final MessageHead head;
    private final List<String> named;
    private final List<String> wanted;
    private final boolean connectionFits;
    private boolean connectionWritten;

    /**
     * What to do with a head.
     *
     * @param wanted the options of the Connection that the next hop is to get, as they are to be written
     */
    HopByHop(MessageHead head, List<String> wanted) {
        this.head = head;
        this.named = head.elements("connection");
        this.wanted = wanted;
        this.connectionFits = named.size() == wanted.size() && head.fields("connection").size() <= 1 && isNamedAll(wanted);
    }

    private boolean isNamedAll(List<String> options) {
        for (String option : options) {
            if (!named.contains(option.toLowerCase(Locale.ROOT))) {
                return false;
            }
        }
        return true;
    }

    /** Edits a field out or into shape; false when it is none of this class's. */
    boolean edit(Field field, HeadEdit edit) {
        if (head.isNamed(field, "connection")) {
            editConnection(field, edit);
            return true;
        }
        if (isDropped(field)) {
            edit.drop(field);
            return true;
        }
        return false;
    }

    /** To be called behind the last field. */
    void finish(HeadEdit edit) {
        if (!connectionWritten && !wanted.isEmpty()) {
            edit.append(line());
        }
    }

    private void editConnection(Field field, HeadEdit edit) {
        if (connectionFits) {
            connectionWritten = true;
        } else if (connectionWritten || wanted.isEmpty()) {
            edit.drop(field);
        } else {
            edit.replace(field, line());
            connectionWritten = true;
        }
    }

    private boolean isDropped(Field field) {
        if (head.isNamed(field, "keep-alive") || head.isNamed(field, "proxy-connection")) {
            return true;
        }
        if (head.isNamed(field, "upgrade")) {
            return !isWanted("upgrade");
        }
        for (String name : named) {
            if (head.isNamed(field, name)) {
                return !isWanted(name);
            }
        }
        return false;
    }

    private boolean isWanted(String name) {
        for (String option : wanted) {
            if (option.equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }

    private String line() {
        return "Connection: " + String.join(", ", wanted) + "\r\n";
    }
}
