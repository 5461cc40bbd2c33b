package org.soarj.cli.report;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** A page in the making, part after part. Every text that goes in is escaped here and nowhere else. */
final class Html {
    private static final String STYLE = """
            body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
            h1 { font-size: 1.8rem; margin-bottom: 0; }
            h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem; border-bottom: 1px solid #ccc; break-after: avoid; }
            h3 { font-size: 1rem; margin: 1rem 0 .3rem; break-after: avoid; }
            table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
            th, td { padding: .2rem .8rem; text-align: left; border-bottom: 1px solid #ddd; overflow-wrap: anywhere; }
            th.number, td.number { text-align: right; white-space: nowrap; }
            tr { break-inside: avoid; }
            pre { font-size: .75rem; line-height: 1.35; background: #f6f6f6; padding: .7rem; white-space: pre-wrap;
                  overflow-wrap: anywhere; }
            img { width: 100%; height: auto; break-inside: avoid; }
            p.note { font-size: .9rem; color: #555; }
            p.missing { font-style: italic; color: #777; }
            @media print { body { font-size: 11pt; margin: 0; max-width: none; } pre { background: none; } }
            """;

    private final StringBuilder body = new StringBuilder();
    private final String title;

    Html(String title) {
        this.title = title;
        element("h1", title);
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

    Html section(String heading) {
        return element("h2", heading);
    }

    Html subsection(String heading) {
        return element("h3", heading);
    }

    /** A sentence on how to read what stands there. */
    Html note(String text) {
        return element("p class=\"note\"", text);
    }

    /** The one line of a part that has nothing to show. */
    Html missing(String text) {
        return element("p class=\"missing\"", text);
    }

    /** Text with its own line breaks. */
    Html preformatted(String text) {
        return element("pre", text);
    }

    /**
     * A table.
     *
     * @param rows one cell for each column
     */
    Html table(List<Column> columns, List<List<String>> rows) {
        body.append("<table>\n<thead>");
        row("th", columns, columns.stream().map(Column::name).toList());
        body.append("</thead>\n<tbody>\n");
        rows.forEach(cells -> row("td", columns, cells));
        body.append("</tbody>\n</table>\n");
        return this;
    }

    /** A picture, inside the page itself. */
    Html image(byte[] png, String description) {
        body.append("<img alt=\"").append(escape(description)).append("\" src=\"data:image/png;base64,")
                .append(Base64.getEncoder().encodeToString(png)).append("\">\n");
        return this;
    }

    /** The whole page, UTF-8. */
    byte[] bytes() {
        String page = """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>""" + escape(title) + "</title>\n<style>\n" + STYLE + "</style>\n</head>\n<body>\n" + body
                + "</body>\n</html>\n";
        return page.getBytes(StandardCharsets.UTF_8);
    }

    /** Text that a browser shows as it is, between tags or inside a quoted attribute. */
    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                .replace("\"", "&quot;").replace("'", "&#39;");
    }

    private Html element(String tag, String text) {
        String name = tag.contains(" ") ? tag.substring(0, tag.indexOf(' ')) : tag;
        body.append('<').append(tag).append('>').append(escape(text)).append("</").append(name).append(">\n");
        return this;
    }

    private void row(String tag, List<Column> columns, List<String> cells) {
        body.append("<tr>");
        for (int i = 0; i < columns.size(); i++) {
            body.append('<').append(tag).append(columns.get(i).number() ? " class=\"number\">" : ">")
                    .append(escape(cells.get(i))).append("</").append(tag).append('>');
        }
        body.append("</tr>\n");
    }
}
