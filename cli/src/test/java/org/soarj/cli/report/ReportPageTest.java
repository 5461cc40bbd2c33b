package org.soarj.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportPageTest {
    private static final Path EXAMPLE = Path.of("src/test/resources/report/run");
    private static final Pattern PICTURE = Pattern.compile("src=\"data:image/png;base64,([^\"]+)\"");

    @TempDir
    static Path example;

    private static String pageOfExample;

    @TempDir
    Path run;

    @BeforeAll
    static void drawWithoutAScreen() throws IOException {
        System.setProperty("java.awt.headless", "true");
        copyExample(example);
        pageOfExample = page(example);
    }

    @Test
    void armsShowMeanAndDeviationOverSeeds() throws IOException {
        String page = pageOfExample;
        assertRow(page, "hard-only", "2", "2.0 ± 1.4", "6.0 ± 1.4", "15.0 ± 7.1", "1.0 ± 1.4");
        assertRow(page, "easy, mixed", "1", "25.0", "50.0", "75.0", "30.0");
        assertRow(page, "soar", "2", "12.0 ± 1.4", "32.0 ± 2.8", "52.0", "15.0 ± 3.5");
    }

    @Test
    void accuracyHasATableForEachMeasureByRisingDifficulty() throws IOException {
        String page = pageOfExample;
        assertTrue(page.contains("<th>model</th><th class=\"number\">2</th><th class=\"number\">10</th>"));
        assertRow(page, "soar", "95.0", "33.3");
        assertRow(page, "soar", "91.0", "25.0");
    }

    @Test
    void timesAreSummedAndGiveRates() throws IOException {
        String page = pageOfExample;
        assertRow(page, "pretrain", "50.0", "57.3", "1,500,000", "30,000");
        assertRow(page, "soar", "37.3", "42.7", "–", "–");
        assertRow(page, "all", "87.3", "", "", "");
    }

    @Test
    void questionsShowWhatTheyAreAndWhetherTheyWerePromoted() throws IOException {
        String page = pageOfExample;
        assertTrue(page.contains("data-truly=\"correct\" data-promoted=\"no\"><td class=\"number\">0</td><td class=\"number\">0</td>"
                + "<td>3a0b1</td><td>3a0=7b1=8</td><td>correct</td><td class=\"number\">2</td><td class=\"number\">+0.0125</td>"
                + "<td>no</td>"));
        assertTrue(page.contains("<td>wrong answer</td>"));
        assertRow(page, "teacher, first quarter of the steps", "24", "100.0", "50.0");
    }

    @Test
    void picturesAreInsideThePageAndNotBlank() throws IOException {
        List<BufferedImage> pictures = picturesIn(pageOfExample);
        // Gains, arms together, three arms alone, four measures over outer steps, pretraining.
        assertEquals(10, pictures.size());
        for (BufferedImage picture : pictures) {
            long inked = Stream.of(0x0072B2, 0xD55E00, 0x009E73).filter(colour -> shows(picture, colour)).count();
            assertTrue(inked >= 1, "no line in a picture");
        }
        assertTrue(shows(pictures.getFirst(), 0xD55E00), "promotions are marked");
    }

    @Test
    void everyTextIsEscaped() throws IOException {
        String page = pageOfExample;
        assertTrue(page.contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; more"));
        assertTrue(page.contains("prompt: &#39;a &lt; b &amp; c&#39;"));
        assertEquals(1, page.split("<script", -1).length - 1, "the page's own script alone");
    }

    @Test
    void thePageNeedsNothingElse() throws IOException {
        String page = pageOfExample;
        assertFalse(page.contains("http"), "no address");
        assertFalse(page.contains(" src=\"/") || page.contains("@import") || page.contains("url("), "no other file");
        assertEquals(1, page.split("<link", -1).length - 1, "the empty icon alone");
        assertTrue(page.contains("\n<title>SOAR: " + example.getFileName() + "</title>\n"));
        try (Stream<Path> left = Files.list(example)) {
            assertEquals(7, left.count(), "six files read, one written");
        }
    }

    @Test
    void theSameRunGivesTheSameBytes() throws IOException {
        assertEquals(pageOfExample, page(example));
    }

    @Test
    void anEmptyRunSaysWhatIsMissing() throws IOException {
        String page = page(run);
        assertEquals(12, gapsIn(page));
        assertTrue(page.contains("This run has no results.csv."));
        assertFalse(page.contains("<img"));
        assertFalse(page.contains("<table"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.yaml", "run.json", "results.csv", "accuracy.csv", "questions.jsonl"})
    void eachFileMayBeMissing(String name) throws IOException {
        copyExample(run);
        Files.delete(run.resolve("metrics.jsonl"));
        int withoutMetrics = gapsIn(page(run));
        assertEquals(7, withoutMetrics, "four plots, pools, rollouts and the times");
        Files.delete(run.resolve(name));
        assertEquals(withoutMetrics + 1, gapsIn(page(run)), () -> "without " + name);
    }

    @Test
    void aRunOfOneFlatStepIsDrawn() throws IOException {
        Files.writeString(run.resolve("metrics.jsonl"), """
                {"stage":"pretrain","step":0,"loss":3.2}
                {"stage":"soar","step":0,"reward/mean":0.0,"promotion/moving_average":null,"promotion/promoted":false}
                {"stage":"arm","arm":"hard-only","seed":0,"step":0,"reward/mean":0.0}
                """);
        assertEquals(4, picturesIn(page(run)).size(), "gain, arms, one arm, pretraining");
    }

    @Test
    void questionsOfWhichLittleIsKnownHaveFewColumns() throws IOException {
        Files.writeString(run.resolve("questions.jsonl"), """
                {"pool":"pq","step":1,"id":"a","question":"2+2","answer":"4"}
                {"pool":"real","step":1,"id":"b","question":"1+1","answer":"3"}
                """);
        String page = page(run);
        assertTrue(page.contains("<thead><tr><th>of</th><th class=\"number\">step</th><th>question</th><th>answer</th></tr>\n</thead>"));
        assertTrue(page.contains("<td>real</td><td class=\"number\">1</td><td>1+1</td><td>3</td></tr>"));
        assertTrue(page.contains("<option>pq</option><option>real</option>"));
    }

    @Test
    void aTrainedRunTellsOfItsPromotionsAndStudents() throws IOException {
        Files.writeString(run.resolve("metrics.jsonl"), """
                {"stage":"start","step":0,"student/hard_accuracy":0.0}
                {"stage":"soar","step":0,"reward/mean":0.1,"reward/data_sets":[0.1,0.3],"promotion/promoted":false,"time/generate":2,\
                "time/inner_loops":6,"time/student_generate":9,"time/step":10}
                {"stage":"promoted","step":0,"student/hard_accuracy":0.02}
                """);
        Files.writeString(run.resolve("questions.jsonl"), """
                {"step":0,"data_set":0,"question":"q","answer":"a","gain":0.1,"promoted":true}
                {"step":0,"data_set":1,"question":"r","answer":"b","gain":0.3,"promoted":false}
                """);
        String page = page(run);
        assertTrue(page.contains("Greedy accuracy on the hard training problems: 0.0% at the start, 2.0% promoted in step 0."));
        assertTrue(page.contains("data-promoted=\"yes\"><td class=\"number\">0</td><td class=\"number\">0</td><td>q</td>"),
                "the run's own word goes before what the rewards say");
        assertTrue(page.contains("<td>outside generation and updates</td><td class=\"number\">2.0</td><td class=\"number\">20.0</td>"),
                "students that train side by side are not counted beside the loops that they are in");
    }

    @Test
    void aDamagedLineIsNamedAndTheOldPageStays() throws IOException {
        Files.writeString(run.resolve("report.html"), "old");
        Files.writeString(run.resolve("metrics.jsonl"), "{\"stage\":\"soar\"}\n{\"stage\":\n{\"stage\":\"soar\"}\n");
        IOException refused = assertThrows(IOException.class, () -> ReportPage.write(run));
        assertTrue(refused.getMessage().contains("metrics.jsonl: line 2 is not JSON"), refused.getMessage());
        assertEquals("old", Files.readString(run.resolve("report.html")));
    }

    @Test
    void aFolderThatIsNotThereIsRefused() {
        Path nowhere = run.resolve("nowhere");
        NotDirectoryException refused =
                assertThrows(NotDirectoryException.class, () -> ReportPage.write(nowhere));
        assertTrue(refused.getMessage().contains("nowhere: is not a run directory"), refused.getMessage());
    }

    private static void copyExample(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLE)) {
            for (Path file : files.toList()) {
                Files.write(folder.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
    }

    private static String page(Path folder) throws IOException {
        ReportPage.write(folder);
        return Files.readString(folder.resolve("report.html"));
    }

    private static int gapsIn(String page) {
        return page.split("<p class=\"missing\">", -1).length - 1;
    }

    private static void assertRow(String page, String first, String... numbers) {
        StringBuilder row = new StringBuilder("<tr><td>" + first + "</td>");
        for (String number : numbers) {
            row.append("<td class=\"number\">").append(number).append("</td>");
        }
        row.append("</tr>");
        assertTrue(page.contains(row), row + " is missing");
    }

    private static List<BufferedImage> picturesIn(String page) throws IOException {
        List<BufferedImage> pictures = new ArrayList<>();
        for (MatchResult match : PICTURE.matcher(page).results().toList()) {
            pictures.add(ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(match.group(1)))));
        }
        return pictures;
    }

    private static boolean shows(BufferedImage picture, int colour) {
        int[] pixels = picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
        // Anti-aliased edges have other colours, so a hundred exact pixels mean a line or a mark.
        return Arrays.stream(pixels).filter(pixel -> (pixel & 0xFFFFFF) == colour).count() > 100;
    }
}
