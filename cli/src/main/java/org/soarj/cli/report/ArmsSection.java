package org.soarj.cli.report;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.soarj.cli.report.LineChart.Size;

/** How the arms learn: held-out success and training reward over steps, the arms together and each alone with its seeds. */
final class ArmsSection {
    /** A line averages over at most this share of its steps on either side. */
    private static final int REACH_SHARE = 40;

    private ArmsSection() {}

    static void write(Html page, List<Run> runs) throws IOException {
        page.section("Success over steps");
        Map<String, Pen> pens = pens(runs);
        boolean any = false;
        for (String measure : measures(runs)) {
            any |= pictures(page, runs, pens, new Kind("arm_eval", measure, "held-out " + measure));
        }
        any |= pictures(page, runs, pens, new Kind("arm", "reward/mean", "mean reward in training"));
        if (any) {
            page.note("Lines are means over seeds, each seed smoothed over a twentieth of its steps; a mean ends where the first seed ends. "
                    + "Bands reach from the least to the greatest seed.");
        }
        for (Run run : runs) {
            if (run.metrics().stage("arm").isEmpty() && run.metrics().stage("arm_eval").isEmpty()) {
                page.missing(Notes.nothingOf(run, "the stages arm and arm_eval"));
            }
        }
    }

    private record Kind(String stage, String key, String label) {}

    private static boolean pictures(Html page, List<Run> runs, Map<String, Pen> pens, Kind kind) throws IOException {
        Map<Run, Map<String, List<Curve>>> all = new LinkedHashMap<>();
        for (Run run : runs) {
            Map<String, List<Curve>> arms = smoothed(run.metrics().arms(kind.stage(), kind.key()));
            if (!arms.isEmpty()) {
                all.put(run, arms);
            }
        }
        if (all.isEmpty()) {
            return false;
        }
        Curve.Range range = Curve.Range.of(all.values().stream().map(Map::values).flatMap(Collection::stream)
                .flatMap(List::stream).toList());
        Panels together = new Panels(page, Panels.sizeOf(all.size()));
        all.forEach((run, arms) -> {
            LineChart chart = new LineChart(Panels.sizeOf(all.size()), "step", "").within(range).unnamed();
            arms.forEach((arm, seeds) -> chart.line(arm, Curve.meanOf(seeds), pens.get(arm)));
            together.add(run.caption(), chart);
        });
        page.subsection(capital(kind.label()));
        together.write(kind.label() + " by step, mean of each arm");
        Map<String, Pen> drawn = new LinkedHashMap<>(pens);
        drawn.keySet().removeIf(arm -> all.values().stream().noneMatch(arms -> arms.containsKey(arm)));
        page.legend(drawn);
        for (Map.Entry<Run, Map<String, List<Curve>>> run : all.entrySet()) {
            page.beginDetails(run.getKey().label("each arm alone, with the band over its seeds"), runs.size() == 1);
            Panels alone = new Panels(page, Size.SMALL);
            run.getValue().forEach((arm, seeds) -> alone.add(caption(arm, seeds.size()), alone(arm, seeds, pens, kind, range)));
            alone.write(kind.label() + " by step, mean and band over seeds");
            page.end("details");
        }
        return true;
    }

    private static LineChart alone(String arm, List<Curve> seeds, Map<String, Pen> pens, Kind kind, Curve.Range range) {
        return new LineChart(Size.SMALL, "step", "").within(range).unnamed()
                .band(Curve.across(seeds, values -> values.min().orElseThrow()),
                        Curve.across(seeds, values -> values.max().orElseThrow()), pens.get(arm))
                .line(arm, Curve.meanOf(seeds), pens.get(arm));
    }

    private static String caption(String arm, int seeds) {
        return arm + ", " + seeds + (seeds == 1 ? " seed" : " seeds");
    }

    private static String capital(String label) {
        return Character.toUpperCase(label.charAt(0)) + label.substring(1);
    }

    private static Map<String, List<Curve>> smoothed(Map<String, List<Curve>> arms) {
        arms.replaceAll((arm, seeds) -> seeds.stream().map(curve -> curve.smoothed(curve.x().length / REACH_SHARE)).toList());
        return arms;
    }

    /** The same pen for an arm wherever it is drawn. */
    private static Map<String, Pen> pens(List<Run> runs) {
        Map<String, Pen> pens = new LinkedHashMap<>();
        runs.stream().flatMap(run -> Stream.of("arm_eval", "arm").flatMap(stage -> run.metrics().stage(stage).stream()))
                .map(line -> line.path("arm").asString("unnamed"))
                .forEach(arm -> pens.computeIfAbsent(arm, name -> Pen.of(pens.size())));
        return pens;
    }

    /** The measures of the evaluations to draw: the hardest to miss and the hardest to reach of pass@k. */
    private static List<String> measures(List<Run> runs) {
        List<String> names = runs.stream().flatMap(run -> run.metrics().stage("arm_eval").stream())
                .flatMap(line -> line.propertyNames().stream())
                .filter(name -> name.matches("pass@\\d{1,6}")).distinct()
                .sorted((a, b) -> Integer.compare(k(a), k(b)))
                .toList();
        return names.size() < 2 ? names : List.of(names.getLast(), names.getFirst());
    }

    private static int k(String measure) {
        return Integer.parseInt(measure.substring(measure.indexOf('@') + 1));
    }
}
