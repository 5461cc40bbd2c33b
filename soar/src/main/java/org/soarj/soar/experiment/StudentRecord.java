package org.soarj.soar.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One student of an arm: what it was rewarded, and how it did on held-out problems on the way.
 *
 * @param arm the arm's name
 * @param teacher number of the teacher, or of the draw, behind it; from 1
 * @param student number of the student; from 1
 * @param syntheticQuestions questions it trained on beside the hard ones
 * @param steps what each training step saw, in order; none for a model measured as it is
 * @param evaluations by rising step
 * @param stop the step, from 0, after which training counted as done; -1 without training
 * @param seconds wall time of all of it
 */
public record StudentRecord(String arm, int teacher, int student, int syntheticQuestions, List<Step> steps,
                            List<Measured> evaluations, int stop, double seconds) {

    /** Mean reward and length of a step's completions, shares of groups that teach nothing and of completions cut off. */
    public record Step(double reward, double noSignal, double length, double truncated, double gradientNorm, long tokens) {}

    /**
     * Held-out shares after {@code step} training steps.
     *
     * @param passAt pass@k by k
     * @param greedy share of right greedy answers
     */
    public record Measured(int step, Map<Integer, Double> passAt, double greedy) {}

    /** What tables show: the mean of the evaluations in the {@code average} steps after the stop; the last one if there are none. */
    public Measured result(int average) {
        List<Measured> chosen = evaluations.stream()
                .filter(measured -> measured.step() > stop && measured.step() <= stop + average).toList();
        List<Measured> averaged = chosen.isEmpty() ? List.of(evaluations.getLast()) : chosen;
        Map<Integer, Double> passAt = new LinkedHashMap<>();
        averaged.getFirst().passAt().keySet().forEach(k -> passAt.put(k,
                averaged.stream().mapToDouble(measured -> measured.passAt().get(k)).average().orElseThrow()));
        return new Measured(averaged.getLast().step(), passAt,
                averaged.stream().mapToDouble(Measured::greedy).average().orElseThrow());
    }

    /** {@code 2.1}: teacher and student. */
    public String seed() {
        return teacher + "." + student;
    }

    /** The lines of metrics.jsonl: stages {@code arm}, {@code arm_eval} and {@code arm_end}. */
    List<Map<String, Object>> lines() {
        List<Map<String, Object>> lines = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            Map<String, Object> line = line("arm", i);
            line.put("reward/mean", step.reward());
            line.put("group/no_signal_share", step.noSignal());
            line.put("length/mean", step.length());
            line.put("length/truncated_share", step.truncated());
            line.put("policy/gradient_norm", step.gradientNorm());
            line.put("tokens", step.tokens());
            lines.add(line);
        }
        for (Measured measured : evaluations) {
            Map<String, Object> line = line("arm_eval", measured.step());
            measured.passAt().forEach((k, share) -> line.put("pass@" + k, share));
            line.put("greedy", measured.greedy());
            lines.add(line);
        }
        Map<String, Object> end = line("arm_end", steps.size());
        end.put("stop_step", stop);
        end.put("synthetic_questions", syntheticQuestions);
        end.put("time/seconds", seconds);
        lines.add(end);
        return lines;
    }

    private Map<String, Object> line(String stage, int step) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("stage", stage);
        line.put("step", step);
        line.put("arm", arm);
        line.put("seed", seed());
        return line;
    }
}
