package io.ngrokd.kernel.config;

import java.util.ArrayList;
import java.util.List;

/** Takes apart what a variable of the environment lists. */
final class VariableList {

    private VariableList() {}

    /**
     * The items of {@code a, b}, without blanks around them; none of them is empty. A comma in quotes or brackets belongs to its
     * item, for that is how expressions have them: {@code endpoint.url in ['a', 'b'], endpoint.host == 'c'} are two.
     */
    static List<String> items(String text) {
        List<String> items = new ArrayList<>();
        StringBuilder item = new StringBuilder();
        int depth = 0;
        char quote = 0;
        for (char c : text.toCharArray()) {
            if (c == ',' && depth == 0 && quote == 0) {
                add(items, item);
                continue;
            }
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if ("([{".indexOf(c) >= 0) {
                depth++;
            } else if (")]}".indexOf(c) >= 0 && depth > 0) {
                depth--;
            }
            item.append(c);
        }
        add(items, item);
        return items;
    }

    private static void add(List<String> items, StringBuilder item) {
        String text = item.toString().strip();
        if (!text.isEmpty()) {
            items.add(text);
        }
        item.setLength(0);
    }
}
