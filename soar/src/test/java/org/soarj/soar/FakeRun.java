package org.soarj.soar;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.soarj.rl.Problem;
import org.soarj.tensor.Rng;

/**
 * A loop around fakes, with everything they were given. Weights are a text that names where they come from: the base, then
 * the coordinates of each promotion.
 */
final class FakeRun {
    /** Two data sets of three questions, two students each; averages over two steps. */
    static final SoarSettings SMALL = new SoarSettings(
            2, 1, 3, 2, 4, 6, InnerSchedule.PAPER, new PromotionRule(true, 0.01, 2, MedianRule.LOWER, true));

    /** What a student of these coordinates gains over the baseline. */
    interface Gain {
        double of(int step, int dataSet, int repeat);
    }

    final FakeTeacher teacher = new FakeTeacher();
    final List<InnerJob<String>> jobs = new ArrayList<>();
    final List<List<Problem>> baseQuestions = new ArrayList<>();
    final List<StepReport> reports = new ArrayList<>();
    final List<SoarState<String>> states = new ArrayList<>();
    final List<String> promoted = new ArrayList<>();
    final SoarLoop<String> loop;

    FakeRun(SoarSettings settings, Gain gain) {
        SoarEvents<String> events = new SoarEvents<>() {
            @Override
            public void promoted(Promotion promotion, String student) {
                promoted.add(student);
            }

            @Override
            public void stepDone(StepReport report, SoarState<String> next) {
                reports.add(report);
                states.add(next);
            }
        };
        loop = new SoarLoop<>(settings, hardProblems(), teacher, job -> train(job, gain), this::measure, events, Rng.of(11));
    }

    /** D_train: texts that occur nowhere else. */
    static List<Problem> hardProblems() {
        return IntStream.range(0, 10)
                .mapToObj(i -> new Problem("hard-" + i, "SECRET-QUESTION-" + i, "SECRET-ANSWER-" + i, Map.of()))
                .toList();
    }

    SoarState<String> run() {
        return loop.run(SoarState.start("base"));
    }

    private InnerResult<String> train(InnerJob<String> job, Gain gain) {
        jobs.add(job);
        double score = 0.25 + gain.of(job.step(), job.dataSet(), job.repeat());
        String weights = job.baseline() + ">t" + job.step() + "k" + job.dataSet() + "j" + job.repeat();
        return new InnerResult<>(score, () -> weights);
    }

    private double measure(String student, List<Problem> questions, Rng rng) {
        baseQuestions.add(questions);
        return 0.25;
    }
}
