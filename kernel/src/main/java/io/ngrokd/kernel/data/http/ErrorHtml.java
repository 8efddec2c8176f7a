package io.ngrokd.kernel.data.http;

import java.util.List;
import java.util.stream.Collectors;

/** An error page for people: one screen, nothing loaded from anywhere. */
final class ErrorHtml {

    private static final String PAGE = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>%1$s</title>
            <style>
            :root{color-scheme:light dark}
            body{font:16px/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-items:center;
            background:light-dark(#f5f6f8,#15171a);color:light-dark(#1d2126,#e6e8ea)}
            main{max-width:36rem;margin:1rem;padding:2rem;border-radius:12px;background:light-dark(#fff,#1f2226);
            box-shadow:0 1px 8px #0002}
            h1{font-size:1.3rem;margin:0 0 1rem}
            dl{display:grid;grid-template-columns:auto 1fr;gap:.4rem 1rem;margin:0}
            dt{opacity:.65}dd{margin:0;overflow-wrap:anywhere}
            footer{margin-top:1.5rem;font-size:.85rem;opacity:.6}
            </style></head>
            <body><main><h1>%1$s</h1><dl>%2$s<dt>Cause</dt><dd><code>%3$s</code></dd>
            <dt>What happened</dt><dd>%4$s</dd><dt>What to do</dt><dd>%5$s</dd>%6$s</dl>
            <footer>Answered by ngrokd on this machine, not by the endpoint.</footer></main></body></html>
            """;

    private ErrorHtml() {}

    static String render(ErrorPage page) {
        String endpoint = page.endpoint().isEmpty()
                ? ""
                : "<dt>Endpoint</dt><dd><code>" + escaped(page.endpoint()) + "</code></dd>";
        String cause = page.cause() + page.errorCode().map(code -> " · " + code).orElse("");
        return PAGE.formatted(
                page.status() + " " + page.phrase(), endpoint, escaped(cause), escaped(page.message()),
                escaped(page.advice()), served(page.served()));
    }

    private static String served(List<String> hosts) {
        return hosts.isEmpty() ? "" : hosts.stream().map(host -> "<code>" + escaped(host) + "</code>")
                .collect(Collectors.joining("<br>", "<dt>Served here</dt><dd>", "</dd>"));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
