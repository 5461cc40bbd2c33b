package org.soarj.cli.report;

import java.io.IOException;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.soarj.cli.report.Rollouts.Group;
import org.soarj.cli.report.Rollouts.Rollout;

/** A sample of rollouts by group: what was asked, what came, what it was worth, and how likely each token was. */
final class RolloutsSection {
    private static final int GROUPS = 24;
    private static final int PER_GROUP = 12;
    private static final int LONGEST_PROMPT = 800;

    private RolloutsSection() {}

    static void write(Html page, List<Run> runs) throws IOException {
        page.section("Rollouts");
        Map<Run, Rollouts> files = new LinkedHashMap<>();
        for (Run run : runs) {
            Rollouts rollouts = Rollouts.read(run, Math.max(4, GROUPS / runs.size()), PER_GROUP);
            if (rollouts.sample().isEmpty()) {
                page.missing(Notes.who(run) + " has no rollout in rollouts.jsonl.gz.");
            } else {
                files.put(run, rollouts);
            }
        }
        if (files.isEmpty()) {
            return;
        }
        long count = files.values().stream().mapToLong(Rollouts::count).sum();
        long shown = files.values().stream().flatMap(file -> file.sample().stream()).mapToLong(group -> group.rollouts().size()).sum();
        page.note(Cells.format("%,.0f", shown) + " of " + Cells.format("%,.0f", count) + " recorded rollouts, in groups of one prompt spread "
                + "evenly over the run; a click opens a group. An advantage is the reward over the mean of the others in its group: the completions of a problem, or the teacher's data sets of a step."
                + Notes.firstRuns(runs));
        scale(page);
        choices(page, files);
        for (Map.Entry<Run, Rollouts> file : files.entrySet()) {
            TokenTexts texts = TokenTexts.of(file.getKey());
            if (!texts.known()) {
                page.missing(Notes.who(file.getKey()) + " has no tokenizer in base/, checkpoints/ or a SOAR run: tokens are shown as ids.");
            }
            boolean open = true;
            for (Group group : file.getValue().sample()) {
                group(page, group, trace(file.getKey(), group), texts, open);
                open = false;
            }
        }
    }

    private static void scale(Html page) {
        page.begin("p", "note scale").text("Probability of a token when it was sampled (rest the pointer on it for the log-probability): ");
        List<String> names = List.of("over 0.9", "over 0.5", "over 0.2", "over 0.05", "over 0.01", "less");
        for (int shade = 0; shade < names.size(); shade++) {
            page.begin("i", "p" + shade).text(names.get(shade)).end("i").text(" ");
        }
        page.end("p");
    }

    private static void choices(Html page, Map<Run, Rollouts> files) {
        Map<String, TreeSet<String>> choices = new LinkedHashMap<>();
        choices.put("of", new TreeSet<>());
        choices.put("outcome", new TreeSet<>());
        files.forEach((run, file) -> file.sample().forEach(group -> {
            choices.get("of").add(trace(run, group));
            group.rollouts().forEach(rollout -> choices.get("outcome").add(rollout.outcome()));
        }));
        page.filter(".group", choices);
    }

    private static String trace(Run run, Group group) {
        return run.label(group.trace());
    }

    private static void group(Html page, Group group, String trace, TokenTexts texts, boolean open) {
        String outcomes = group.rollouts().stream().map(Rollout::outcome).distinct().collect(Collectors.joining("|"));
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("class", "group");
        attributes.put("data-of", trace);
        attributes.put("data-outcome", outcomes);
        if (open) {
            attributes.put("open", "");
        }
        page.begin("details", attributes)
                .element("summary", trace + ", " + group.place() + ", " + group.rollouts().size() + " of " + group.size() + " rollouts, " + rewards(group))
                .begin("div", "prompt").text(Cells.cut(texts.all(group.promptIds()), LONGEST_PROMPT)).end("div");
        group.rollouts().forEach(rollout -> rollout(page, rollout, texts));
        page.end("details");
    }

    private static String rewards(Group group) {
        DoubleSummaryStatistics rewards = group.rollouts().stream().mapToDouble(Rollout::reward).summaryStatistics();
        String low = Cells.decimal(rewards.getMin());
        return rewards.getMax() > rewards.getMin() ? "rewards " + low + " to " + Cells.decimal(rewards.getMax()) : "all rewards " + low;
    }

    private static void rollout(Html page, Rollout rollout, TokenTexts texts) {
        page.begin("div", "rollout").begin("header", Map.of()).text("reward ").element("b", Cells.decimal(rollout.reward()))
                .text((rollout.parts().isEmpty() ? "" : " (" + rollout.parts() + ")") + ", advantage ")
                .element("b", Double.isNaN(rollout.advantage()) ? Cells.NONE : Cells.format("%+.3f", rollout.advantage()))
                .text((rollout.outcome().isEmpty() ? "" : ", " + rollout.outcome())
                        + (rollout.finish().isEmpty() ? ", " : ", " + rollout.finish() + " after ") + rollout.length() + " tokens, log-probability "
                        + Cells.format("%.2f", rollout.logProbSum()))
                .end("header");
        if (!texts.known()) {
            page.begin("div", "tokens").text(rollout.text()).end("div");
        }
        page.begin("div", "tokens");
        List<String> pieces = texts.each(rollout.ids());
        for (int i = 0; i < pieces.size(); i++) {
            if (i < rollout.logProbs().length) {
                page.token(pieces.get(i), rollout.logProbs()[i]);
            } else {
                page.text(pieces.get(i));
            }
        }
        if (rollout.length() > rollout.ids().length) {
            page.text(" … and " + (rollout.length() - rollout.ids().length) + " tokens more");
        }
        page.end("div").end("div");
    }
}
