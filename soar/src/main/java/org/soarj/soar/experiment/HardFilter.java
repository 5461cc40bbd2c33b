package org.soarj.soar.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.soarj.rl.Evaluation;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.tensor.Rng;

/**
 * Keeps the problems that a policy fails in all of its samples: fail@k (SOAR sec. 2.1).
 *
 * <p>Samples are drawn in rounds, so that a problem costs no more once it was solved. Each round is as large as all before it,
 * between {@code firstRound} and 16: small rounds stop sooner, large ones fill a batch.
 *
 * @param samples k, 128 in the paper
 * @param firstRound samples of a problem in the first round; 1 stops at the first success but for what its round draws
 */
public record HardFilter(int samples, int firstRound) {
    private static final int ROUND = 16;

    /** @throws IllegalArgumentException when a count is below 1 */
    public HardFilter {
        if (samples < 1 || firstRound < 1) {
            throw new IllegalArgumentException("fail@k: k must be 1 or more, got " + (samples < 1 ? samples : firstRound));
        }
    }

    /** Rounds of 16. */
    public HardFilter(int samples) {
        this(samples, ROUND);
    }

    /**
     * What became of a problem.
     *
     * @param samples completions drawn, at most k
     * @param solved whether one of them was right
     */
    public record Outcome(Problem problem, int samples, boolean solved) {}

    /** The problems never solved, in their order. */
    public List<Problem> failed(Policy policy, List<Problem> problems, Evaluation.Judge judge, Rng rng) {
        return outcomes(policy, problems, judge, rng).stream().filter(outcome -> !outcome.solved()).map(Outcome::problem).toList();
    }

    /** What became of each problem, in their order. */
    public List<Outcome> outcomes(Policy policy, List<Problem> problems, Evaluation.Judge judge, Rng rng) {
        Outcome[] outcomes = new Outcome[problems.size()];
        List<Integer> left = IntStream.range(0, outcomes.length).boxed().toList();
        int draw;
        for (int drawn = 0; drawn < samples && !left.isEmpty(); drawn += draw) {
            draw = Math.min(Math.clamp(drawn, Math.min(firstRound, ROUND), ROUND), samples - drawn);
            Evaluation evaluation = Evaluation.sampled(policy, left.stream().map(problems::get).toList(), draw, judge,
                    rng.split("round", drawn));
            List<Integer> failed = new ArrayList<>();
            for (int i = 0; i < left.size(); i++) {
                boolean solved = evaluation.correct()[i] > 0;
                outcomes[left.get(i)] = new Outcome(problems.get(left.get(i)), drawn + draw, solved);
                if (!solved) {
                    failed.add(left.get(i));
                }
            }
            left = failed;
        }
        return List.of(outcomes);
    }
}
