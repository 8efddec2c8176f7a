package io.ngrokd.plugin.dns.windows;

/** A command failed. Written as the real console writes it, broken at 80 columns. */
final class PowerShellError extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int COLUMNS = 80;

    private final String command;
    private final String category;
    private final String identifier;

    PowerShellError(String command, String message, String category, String identifier) {
        super(message);
        this.command = command;
        this.category = category;
        this.identifier = identifier;
    }

    String rendered() {
        String text = command + " : " + getMessage() + "\nAt line:1 char:1\n+ " + command + " ...\n+ ~~~~\n    + CategoryInfo          : "
                + category + ": (:) ["
                + command + "], Exception\n    + FullyQualifiedErrorId : " + identifier + "," + command + "\n \n";
        StringBuilder wrapped = new StringBuilder();
        for (String line : text.split("\n")) {
            String rest = line;
            while (rest.length() > COLUMNS) {
                wrapped.append(rest, 0, COLUMNS).append("\r\n");
                rest = rest.substring(COLUMNS);
            }
            wrapped.append(rest).append("\r\n");
        }
        return wrapped.toString();
    }
}
