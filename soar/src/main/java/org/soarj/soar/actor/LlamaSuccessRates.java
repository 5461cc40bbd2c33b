package org.soarj.soar.actor;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.soarj.rl.AnswerSheet;
import org.soarj.rl.Policy;
import org.soarj.soar.IntrinsicReward;
import org.soarj.soar.QuestionSet;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;

/**
 * How often a Llama's sampled answers to a teacher's questions agree, for rewards that need no hard data set.
 *
 * @param training limits and temperature of the samples
 * @param against what an answer has to agree with
 */
public record LlamaSuccessRates(Backend backend, Task task, StudentTraining training, Against against)
        implements IntrinsicReward.SuccessRates<Llama> {

    /** What counts as a success. */
    public enum Against {
        /** The answer that the teacher proposed (SOAR App. B.4). */
        PROPOSED,
        /** The answer that most samples give, whatever the teacher proposed (R-Zero, 2508.05004); no answer agrees with nothing. */
        MAJORITY
    }

    @Override
    public double[] of(Llama student, QuestionSet questions, int samples, Rng rng) {
        Policy policy = training.policy(backend, student, task);
        AnswerSheet sheet = AnswerSheet.sampled(policy, questions.problems(), samples, task.judge(), rng);
        return switch (against) {
            case PROPOSED -> Arrays.stream(sheet.counts().correct()).mapToDouble(right -> (double) right / samples).toArray();
            case MAJORITY -> {
                double[] rates = new double[questions.size()];
                for (int i = 0; i < rates.length; i++) {
                    rates[i] = (double) largestVote(sheet.answers().subList(i * samples, (i + 1) * samples)) / samples;
                }
                yield rates;
            }
        };
    }

    private static int largestVote(List<String> answers) {
        Map<String, Integer> votes = new HashMap<>();
        answers.stream().filter(answer -> !answer.isEmpty()).forEach(answer -> votes.merge(answer, 1, Integer::sum));
        return votes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }
}
