package org.soarj.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The page in a real browser: it is looked at, searched and filtered there by a script that is added for the test. */
class BrowserTest {
    private static final String HEARS_ERRORS = """
            <script>
            window.errors = [];
            addEventListener("error", event => errors.push(event.message || String(event.target.tagName)), true);
            </script>
            """;
    private static final String LOOKS = """
            <script>
            addEventListener("load", () => {
              const shown = selector => [...document.querySelectorAll(selector)].filter(item => item.getClientRects().length).length;
              const forms = [...document.querySelectorAll("form.filter")];
              const set = (form, name, value) => {
                form.elements[name].value = value;
                form.elements[name].dispatchEvent(new Event("input", { bubbles: true }));
              };
              const seen = { errors, forms: forms.map(form => form.getClientRects().length), title: document.title };
              document.querySelectorAll("details").forEach(details => { details.open = true; });
              seen.pictures = [...document.images].map(image => [image.naturalWidth, image.naturalHeight, image.clientWidth]);
              seen.broken = [...document.querySelectorAll("nav a")].filter(link => !document.querySelector(link.getAttribute("href"))).length;
              seen.width = document.documentElement.scrollWidth - document.documentElement.clientWidth;
              const [questions, rollouts] = forms;
              seen.questions = shown("tr[data-truly]");
              set(questions, "promoted", "yes");
              seen.promoted = shown("tr[data-truly]");
              seen.count = questions.querySelector("output").textContent;
              set(questions, "text", "AMBIGUOUS What");
              seen.found = [...document.querySelectorAll("tr[data-truly]")].filter(row => !row.hidden).map(row => row.textContent);
              set(questions, "text", "no such words");
              seen.none = shown("tr[data-truly]");
              set(questions, "text", "");
              set(questions, "promoted", "");
              seen.back = shown("tr[data-truly]");
              seen.groups = shown(".group");
              set(rollouts, "of", "pq, seed 1.1");
              seen.ofOne = shown(".group");
              const token = document.querySelector(".tokens i.p5");
              seen.token = [token.title, getComputedStyle(token).backgroundColor];
              document.documentElement.setAttribute("data-seen", encodeURIComponent(JSON.stringify(seen)));
            });
            </script>
            """;

    @TempDir(cleanup = CleanupMode.ALWAYS)
    static Path folder;

    private static Browser browser;
    private static Path page;

    @BeforeAll
    static void pageAndBrowser() throws IOException {
        Optional<Browser> found = Browser.find();
        if (found.isEmpty()) {
            System.out.println("BrowserTest is skipped: no Chromium on the path, and SOAR_CHROMIUM names none");
        }
        assumeTrue(found.isPresent(), "no Chromium on the path, and SOAR_CHROMIUM names none");
        browser = found.get();
        System.setProperty("java.awt.headless", "true");
        Path run = folder.resolve("run");
        ExampleExperiment.write(run);
        ReportPage.write(run);
        page = run.resolve(ReportPage.NAME);
    }

    @Test
    void thePageRendersIsSearchedAndFiltered() throws IOException, InterruptedException {
        String html = Files.readString(page);
        Path watched = folder.resolve("watched.html");
        Files.writeString(watched, html.replace("<style>", HEARS_ERRORS + "<style>").replace("</body>", LOOKS + "</body>"));
        Browser.Visit visit = browser.open(watched, folder);
        assertEquals(List.of(), visit.console(), "the console stays empty");
        JsonNode seen = seen(visit.page());
        assertEquals(0, seen.get("errors").size(), seen.get("errors").toString());
        assertEquals("SOAR: run", seen.get("title").asString());
        assertEquals(0, seen.get("broken").asInt(), "links of the contents");
        assertEquals(0, seen.get("width").asInt(), "nothing hangs over the right edge");
        assertEquals("[1,1]", seen.get("forms").toString(), "both filters are there");
        assertEquals(html.split("<img ", -1).length - 1, seen.get("pictures").size());
        seen.get("pictures").forEach(picture -> picture.forEach(size -> assertTrue(size.asInt() > 100, picture.toString())));

        int questions = seen.get("questions").asInt();
        int promoted = seen.get("promoted").asInt();
        assertTrue(promoted > 0 && promoted < questions, promoted + " of " + questions);
        assertEquals(promoted + " of " + questions + " shown", seen.get("count").asString());
        assertTrue(seen.get("found").size() > 0 && seen.get("found").size() < promoted);
        seen.get("found").forEach(row -> assertTrue(row.asString().contains("ambiguous"), row.asString()));
        assertEquals(0, seen.get("none").asInt());
        assertEquals(questions, seen.get("back").asInt());
        assertTrue(seen.get("ofOne").asInt() > 0 && seen.get("ofOne").asInt() < seen.get("groups").asInt());
        assertEquals("[\"-6.250\",\"rgb(196, 85, 12)\"]", seen.get("token").toString());
    }

    @Test
    void paperShowsWhatIsFoldedAwayOnTheScreen() throws IOException, InterruptedException {
        Path run = Files.createDirectories(folder.resolve("long"));
        Files.writeString(run.resolve("config.yaml"), IntStream.range(0, 600).mapToObj(i -> "key" + i + ": 1\n").collect(Collectors.joining()));
        ReportPage.write(run);
        Path whole = run.resolve(ReportPage.NAME);
        // The same page with nothing in its folded parts must be shorter on paper, or they were not printed.
        Path empty = folder.resolve("empty.html");
        Files.writeString(empty, Files.readString(whole).replaceAll("(?s)(<details><summary>.*?</summary>).*?</details>", "$1</details>"));
        int pages = pages(whole);
        assertTrue(pages > 1 + pages(empty), pages + " pages");
    }

    private static int pages(Path html) throws IOException, InterruptedException {
        String pdf = new String(Files.readAllBytes(browser.print(html, folder)), StandardCharsets.ISO_8859_1);
        assertTrue(pdf.startsWith("%PDF"));
        return pdf.split("/Type /Page\\b(?!s)", -1).length - 1;
    }

    private static JsonNode seen(String document) {
        Matcher seen = Pattern.compile("data-seen=\"([^\"]+)\"").matcher(document);
        assertTrue(seen.find(), "the test's script ran to its end");
        return new JsonMapper().readTree(URLDecoder.decode(seen.group(1).replace("+", "%2B"),
                StandardCharsets.UTF_8));
    }
}
