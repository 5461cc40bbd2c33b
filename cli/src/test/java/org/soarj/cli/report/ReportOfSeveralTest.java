package org.soarj.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportOfSeveralTest {
    private static final Path EXAMPLE = Path.of("src/test/resources/report/run");
    private static final int MOST_BYTES = 3_000_000;

    @TempDir
    static Path folder;

    private static Path experiment;
    private static Path rloo;
    private static String alone;
    private static String together;

    @BeforeAll
    static void pages() throws IOException {
        System.setProperty("java.awt.headless", "true");
        experiment = folder.resolve("experiment");
        ExampleExperiment.write(experiment);
        rloo = Files.createDirectories(folder.resolve("rloo"));
        Files.writeString(rloo.resolve("config.yaml"), "arms:\n  steps: 7\n");
        Files.writeString(rloo.resolve("metrics.jsonl"), """
                {"stage":"eval","step":0,"eval/greedy":0.1,"eval/pass@1":0.05}
                {"stage":"rloo","step":0,"reward/mean":1.5,"length/mean":7,"alarms":["look <here>"],"time/generate":6,"time/update":3,\
                "time/reward":1,"time/heap_mib":500,"time/step":11}
                {"stage":"eval","step":1,"eval/greedy":0.2,"eval/pass@1":0.1}
                """);
        alone = page(List.of(experiment));
        together = page(List.of(experiment, EXAMPLE, rloo));
    }

    @Test
    void resultsStandBesideThePaper() {
        assertTrue(alone.contains("<tr><td>SOAR-PQ</td><td class=\"number\">1.7 ± 1.0</td><td class=\"number\">5.3 ± 2.6</td>"));
        assertTrue(alone.contains("The paper: OlympiadBench, %"));
        assertTrue(alone.contains("<td>grounded-t-no-promotion</td><td class=\"number\">3</td>"));
        assertTrue(alone.contains("<td>pq</td>") && alone.contains("+3.7 (MATH), +5.1 (HARP)"));
        assertTrue(alone.contains("stopped at step"));
        // Columns of two files by rising k, whatever their order there.
        assertTrue(together.contains("<th class=\"number\">pass@1</th><th class=\"number\">pass@4</th><th class=\"number\">pass@8</th>"));
    }

    @Test
    void anExperimentShowsQuestionsAndRolloutsOfTheFirstSoarRunOfEachKind() {
        for (String trace : List.of("grounded-1", "intrinsic-1")) {
            assertTrue(alone.contains("<td>Asked by " + trace + "</td>"));
            assertTrue(alone.contains(trace + ", teacher, step 3, data set 1, 1 of 1 rollouts, all rewards 0.25"));
            assertTrue(alone.contains(trace + ", student, step 3, data set 1, repeat 0, inner step 0, problem q, 1 of 1 rollouts"));
        }
        assertFalse(alone.contains("Asked by grounded-2"));
        assertTrue(alone.contains("SOAR runs the first of every kind of teacher is here."));
        assertTrue(together.contains("experiment: grounded-1, student"));
    }

    @Test
    void cyclesOfSearchAndExploitEndWithThePromotions() {
        assertTrue(alone.contains("<h3>Search and exploit cycles</h3>"));
        assertTrue(alone.contains("<td>grounded-1</td><td>0 to 12</td>") && alone.contains("<td>grounded-1</td><td>13 to 29</td>"));
        assertTrue(alone.contains("<td>30 to 39</td>") && alone.contains("<td>end of the run</td>"));
    }

    @Test
    void poolsAreMeansOverSeedsBesideTheirCounterparts() {
        assertTrue(alone.contains("<tr><td>intrinsic-t</td><td class=\"number\">128 ± 0</td><td class=\"number\">70.0 ± 0.0</td>"));
        assertTrue(alone.contains("<td class=\"number\">69.5 ± 0.7</td><td class=\"number\">0.500 ± 0.000</td>"));
        assertTrue(alone.contains("<tr><td>Intrinsic-T</td><td class=\"number\">384</td><td class=\"number\">63.5</td>"));
        assertTrue(alone.contains("<td class=\"number\">10.8 ± 1.0</td>"));
    }

    @Test
    void everyArmIsDrawnAloneForEveryMeasure() {
        for (String arm : ExampleExperiment.ARMS.subList(1, ExampleExperiment.ARMS.size())) {
            assertEquals(3, alone.split("<figcaption>" + arm + ", 3 seeds</figcaption>", -1).length - 1, arm);
        }
        assertTrue(alone.contains("Bands reach from the least to the greatest seed."));
        assertTrue(alone.contains("border-top-style:dashed\"></i> grounded-t-no-promotion"), "the ninth colour is a dashed first");
    }

    @Test
    void questionsOfThePromotedDataSetAreMarked() {
        // Steps 12 and 29 promote, and their second data set has the highest reward.
        Pattern promoted = Pattern.compile(
                "data-promoted=\"yes\"><td>([a-z0-9-]+)</td><td class=\"number\">(\\d+)</td><td class=\"number\">(\\d+)</td>");
        Set<String> places = promoted.matcher(alone).results().map(row -> row.group(1) + " " + row.group(2) + " " + row.group(3))
                .collect(Collectors.toSet());
        assertEquals(Set.of("grounded-1 12 1", "grounded-1 29 1", "grounded-2 12 1", "grounded-2 29 1", "intrinsic-1 12 1",
                "intrinsic-1 29 1"), places);
        assertTrue(alone.contains("What is 0 + &lt;b&gt;1&lt;/b&gt;?"));
    }

    @Test
    void rolloutsShowEveryTokenWithItsLogProbability() {
        assertTrue(alone.contains("<i title=\"-0.010\">7 </i><i title=\"-0.500\" class=\"p1\">8 </i><i title=\"-2.000\" class=\"p3\">9 </i>"
                + "<i title=\"-6.250\" class=\"p5\">10 </i>"), "shades by probability, ids where there is no tokenizer");
        assertTrue(alone.contains("data-of=\"pq, seed 1.1\" data-outcome=\"correct|wrong\""));
        assertTrue(alone.contains("reward <b>120</b> (box 10), advantage <b>+60.500</b>, correct, stop after 4 tokens, log-probability -8.76"));
        assertTrue(alone.contains("the sum is &lt;i&gt;4&lt;/i&gt;"));
        assertTrue(alone.contains("tokens are shown as ids"));
    }

    @Test
    void runsAreToldApart() {
        assertTrue(together.contains("<title>SOAR: experiment, run, rloo</title>"));
        assertTrue(together.contains("<tr><td>arms.steps</td><td>120</td><td>–</td><td>7</td></tr>"), "settings that differ");
        assertTrue(together.contains("<figcaption>experiment: intrinsic-1</figcaption>"));
        assertTrue(together.contains("<td>experiment</td><td>hard-only</td>") && together.contains("<td>run</td><td>hard-only</td>"));
        assertTrue(together.contains("rloo has no rollout in rollouts.jsonl.gz."));
        assertFalse(together.contains("This run"));
    }

    @Test
    void rlooHasItsAlarmsAndWhereItsTimeWent() {
        assertTrue(together.contains("<td>look &lt;here&gt;</td>"));
        assertTrue(together.contains("<td>rloo: rloo</td><td>outside generation and updates</td><td class=\"number\">2.0</td>"
                + "<td class=\"number\">18.2</td>"));
        assertFalse(together.contains("heap_mib"));
    }

    @Test
    void thePageIsSmallAndTheSameEveryTime() throws IOException {
        assertTrue(alone.length() < MOST_BYTES && together.length() < MOST_BYTES, alone.length() + " and " + together.length());
        String again = page(List.of(experiment, experiment));
        assertTrue(again.equals(alone), "also a run that is given twice is shown once");
    }

    @Test
    void foldersOfTheSameNameBearTheirParents() throws IOException {
        Path other = Files.createDirectories(folder.resolve("other").resolve("experiment"));
        Files.writeString(other.resolve("run.json"), "{}");
        assertTrue(page(List.of(experiment, other)).contains(
                "<title>SOAR: " + folder.getFileName() + "/experiment, other/experiment</title>"));
    }

    private static String page(List<Path> runs) throws IOException {
        Path out = folder.resolve("page.html");
        ReportPage.write(runs, out);
        return Files.readString(out);
    }
}
