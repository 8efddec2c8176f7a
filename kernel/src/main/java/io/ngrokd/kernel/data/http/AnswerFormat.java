package io.ngrokd.kernel.data.http;

import java.util.List;
import java.util.Locale;

/** In which form a client wants to read what went wrong. */
enum AnswerFormat {
    HTML("text/html; charset=utf-8"),
    JSON("application/json"),
    TEXT("text/plain; charset=utf-8");

    private final String contentType;

    AnswerFormat(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    /** The best of what an Accept header lists; plain text, which everybody can read, when it has no preference. */
    static AnswerFormat preferredBy(List<String> acceptElements) {
        AnswerFormat best = TEXT;
        double bestQuality = 0;
        for (String element : acceptElements) {
            String[] parts = element.split(";");
            AnswerFormat format = switch (parts[0].strip().toLowerCase(Locale.ROOT)) {
                case "text/html", "application/xhtml+xml" -> HTML;
                case "application/json", "application/problem+json" -> JSON;
                case "text/plain", "*/*", "text/*" -> TEXT;
                default -> null;
            };
            double quality = quality(parts);
            if (format != null && quality > bestQuality) {
                best = format;
                bestQuality = quality;
            }
        }
        return best;
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.matches("q=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)")) {
                return Double.parseDouble(parameter.substring(2));
            }
        }
        return 1;
    }
}
