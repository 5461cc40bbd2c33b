package org.soarj.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * questions.jsonl, read once: a sample to browse, and the whole of it counted by pool. Of an experiment also those of the SOAR runs
 * behind it.
 *
 * @param sample spread evenly over the file, promotion questions and others apart
 * @param count questions in the file
 * @param pools by name; without those that have no question
 */
record QuestionFile(List<Question> sample, long count, Map<String, Pool> pools) {
    private static final int QUARTERS = 4;

    private record Numbered(long number, Question question) {}

    /** @param most questions in the sample, about; a quarter of them from promoted data sets, where there are as many */
    static QuestionFile read(Run run, int most) throws IOException {
        Promotions promotions = Promotions.of(run.metrics());
        Map<String, Integer> steps = steps(run.metrics());
        EvenSample<Numbered> promoted = new EvenSample<>(Math.max(2, most / QUARTERS));
        EvenSample<Numbered> others = new EvenSample<>(Math.max(2, most - most / QUARTERS));
        Map<String, Pool> pools = new LinkedHashMap<>();
        steps.keySet().forEach(trace -> Stream.of("first quarter of the steps", "last quarter of the steps", "promoted data sets")
                .forEach(part -> pools.put(poolName(trace, part), new Pool())));
        run.each("questions.jsonl", line -> {
            Question question = Question.of(line, promotions);
            long number = promoted.seen() + others.seen();
            (question.isPromoted() ? promoted : others).add(new Numbered(number, question));
            count(question, steps, pools);
        });
        pools.values().removeIf(Pool::isEmpty);
        List<Numbered> sample = new ArrayList<>(promoted.items());
        sample.addAll(others.items());
        sample.sort(Comparator.comparingLong(Numbered::number));
        return new QuestionFile(sample.stream().map(Numbered::question).toList(), promoted.seen() + others.seen(), pools);
    }

    private static void count(Question question, Map<String, Integer> steps, Map<String, Pool> pools) {
        if (question.kind().isEmpty() || !steps.containsKey(question.trace())) {
            return;
        }
        int of = steps.get(question.trace());
        double quarter = Math.max(1, of / (double) QUARTERS);
        if (question.step() < quarter) {
            pools.get(poolName(question.trace(), "first quarter of the steps")).count(question);
        }
        if (question.step() >= of - quarter) {
            pools.get(poolName(question.trace(), "last quarter of the steps")).count(question);
        }
        if (question.isPromoted()) {
            pools.get(poolName(question.trace(), "promoted data sets")).count(question);
        }
    }

    /** Outer steps of each SOAR run. */
    private static Map<String, Integer> steps(Metrics metrics) {
        Map<String, Integer> steps = new LinkedHashMap<>();
        metrics.soarRuns().forEach((trace, lines) ->
                steps.put(trace, 1 + lines.stream().mapToInt(line -> line.path("step").asInt(0)).max().orElse(0)));
        return steps;
    }

    private static String poolName(String trace, String part) {
        return trace.isEmpty() ? "teacher, " + part : trace + ", " + part;
    }
}
