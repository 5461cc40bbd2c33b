package org.soarj.cli.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A page in the making, part after part. Every text that goes in is escaped here and nowhere else. Style and script are the
 * resources {@code page.css} and {@code page.js}, inside the page.
 */
final class Html {
    private final StringBuilder body = new StringBuilder();
    private final StringBuilder contents = new StringBuilder();
    private final String title;
    private int sections;

    Html(String title) {
        this.title = title;
    }

    /** A table's column: its name, and whether it holds numbers, which stand on the right. */
    record Column(String name, boolean number) {
        static Column text(String name) {
            return new Column(name, false);
        }

        static Column number(String name) {
            return new Column(name, true);
        }
    }

    /**
     * A table's row.
     *
     * @param data what the page's filter looks at, by name ({@code data-...})
     * @param chosen whether it stands out
     * @param cells one for each column
     */
    record Row(Map<String, String> data, boolean chosen, List<String> cells) {
        static Row of(List<String> cells) {
            return new Row(Map.of(), false, cells);
        }
    }

    /** A heading that the table of contents leads to. */
    Html section(String heading) {
        String id = "s" + sections++;
        contents.append("<a href=\"#").append(id).append("\">").append(escape(heading)).append("</a>\n");
        return begin("h2", Map.of("id", id)).text(heading).end("h2");
    }

    Html subsection(String heading) {
        return element("h3", heading);
    }

    /** A sentence on how to read what stands there. */
    Html note(String text) {
        return begin("p", Map.of("class", "note")).text(text).end("p");
    }

    /** The one line of a part that has nothing to show. */
    Html missing(String text) {
        return begin("p", Map.of("class", "missing")).text(text).end("p");
    }

    /** Text with its own line breaks. */
    Html preformatted(String text) {
        return element("pre", text);
    }

    /** A short text in an element of its own. */
    Html element(String tag, String text) {
        return begin(tag, Map.of()).text(text).end(tag);
    }

    /** Opens an element of one class; {@link #end} closes it. */
    Html begin(String tag, String styleClass) {
        return begin(tag, Map.of("class", styleClass));
    }

    /** Opens an element, with its attributes in the order of the map; one with an empty value stands alone. */
    Html begin(String tag, Map<String, String> attributes) {
        body.append('<').append(tag);
        attributes.forEach((name, value) -> {
            body.append(' ').append(name);
            if (!value.isEmpty()) {
                body.append("=\"").append(escape(value)).append('"');
            }
        });
        body.append('>');
        return this;
    }

    Html end(String tag) {
        body.append("</").append(tag).append('>');
        if (!tag.equals("i") && !tag.equals("b")) {
            body.append('\n');
        }
        return this;
    }

    Html text(String text) {
        body.append(escape(text));
        return this;
    }

    /** A part that a click opens and closes, and paper shows open. {@link #end} closes it, as {@code details}. */
    Html beginDetails(String summary, boolean open) {
        return begin("details", open ? Map.of("open", "") : Map.of()).element("summary", summary);
    }

    Html table(List<Column> columns, List<List<String>> rows) {
        return tableOf(columns, rows.stream().map(Row::of).toList());
    }

    Html tableOf(List<Column> columns, List<Row> rows) {
        body.append("<div class=\"wide\"><table>\n<thead>");
        row("th", columns, Row.of(columns.stream().map(Column::name).toList()));
        body.append("</thead>\n<tbody>\n");
        rows.forEach(row -> row("td", columns, row));
        body.append("</tbody>\n</table></div>\n");
        return this;
    }

    /**
     * A picture, inside the page itself.
     *
     * @param caption stands above it, unless empty
     * @param description what it shows, for those who do not see it
     */
    Html figure(byte[] png, String caption, String description) {
        begin("figure", Map.of());
        if (!caption.isEmpty()) {
            element("figcaption", caption);
        }
        body.append("<img alt=\"").append(escape(description)).append("\" src=\"data:image/png;base64,")
                .append(Base64.getEncoder().encodeToString(png)).append("\">\n");
        return end("figure");
    }

    /** What lines of pictures mean, by name. */
    Html legend(Map<String, Pen> pens) {
        begin("p", "legend");
        pens.forEach((name, pen) -> {
            body.append(String.format(Locale.ROOT, "<span><i style=\"border-color:#%06x;border-top-style:%s\"></i> ",
                    pen.colour().getRGB() & 0xFFFFFF, pen.dashed() ? "dashed" : "solid"));
            text(name).end("span");
        });
        return end("p");
    }

    /**
     * A token, shaded by how unlikely it was.
     *
     * @param logProb nats; shown when the pointer rests on the token
     */
    Html token(String text, double logProb) {
        body.append("<i title=\"").append(String.format(Locale.ROOT, "%.3f", logProb)).append('"');
        int shade = shade(logProb);
        if (shade > 0) {
            body.append(" class=\"p").append(shade).append('"');
        }
        body.append('>').append(escape(text)).append("</i>");
        return this;
    }

    /** 0 for a probability above 0.9, then a step darker below 0.9, 0.5, 0.2, 0.05 and 0.01. */
    static int shade(double logProb) {
        double[] bounds = {0.9, 0.5, 0.2, 0.05, 0.01};
        int shade = 0;
        while (shade < bounds.length && !(Math.exp(logProb) > bounds[shade])) {
            shade++;
        }
        return shade;
    }

    /**
     * A search field and choices for the elements that {@code items} selects; there only where scripts run.
     *
     * @param items CSS selector
     * @param choices the values of each {@code data-} attribute; one with a single value is left out
     */
    Html filter(String items, Map<String, ? extends Collection<String>> choices) {
        body.append("<form class=\"filter\" data-items=\"").append(escape(items)).append("\">\n<input name=\"text\" type=\"search\" placeholder=\"Search\" aria-label=\"Search\">\n");
        choices.forEach((name, values) -> {
            if (values.size() > 1) {
                body.append("<label>").append(escape(name)).append(" <select name=\"").append(escape(name))
                        .append("\"><option value=\"\">all</option>");
                values.forEach(value -> body.append("<option>").append(escape(value)).append("</option>"));
                body.append("</select></label>\n");
            }
        });
        return element("output", "").end("form");
    }

    /** The whole page, UTF-8. */
    byte[] bytes() {
        String page = """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <link rel="icon" href="data:,">
                <title>""" + escape(title) + "</title>\n<style>\n" + resource("page.css") + "</style>\n</head>\n<body>\n<h1>"
                + escape(title) + "</h1>\n<nav>\n" + contents + "</nav>\n" + body + "<script>\n" + resource("page.js")
                + "</script>\n</body>\n</html>\n";
        return page.getBytes(StandardCharsets.UTF_8);
    }

    /** Text that a browser shows as it is, between tags or inside a quoted attribute. */
    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                .replace("\"", "&quot;").replace("'", "&#39;");
    }

    /** A text file beside this class. */
    static String resource(String name) {
        try (InputStream in = Html.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void row(String tag, List<Column> columns, Row row) {
        body.append("<tr").append(row.chosen() ? " class=\"chosen\"" : "");
        row.data().forEach((name, value) ->
                body.append(" data-").append(name).append("=\"").append(escape(value)).append('"'));
        body.append('>');
        for (int i = 0; i < columns.size(); i++) {
            body.append('<').append(tag).append(columns.get(i).number() ? " class=\"number\">" : ">")
                    .append(escape(row.cells().get(i))).append("</").append(tag).append('>');
        }
        body.append("</tr>\n");
    }
}
