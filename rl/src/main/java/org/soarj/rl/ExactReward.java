package org.soarj.rl;

import java.util.Map;
import org.soarj.rl.verify.MathVerifier;
import org.soarj.rl.verify.Verdict;

/** 1 for a verified boxed answer, 0 for anything else: accuracy as a reward. */
public record ExactReward(MathVerifier verifier) implements Reward {
    @Override
    public Score score(Problem problem, String completion) {
        Verdict verdict = verifier.verify(problem.answer(), completion);
        double value = verdict instanceof Verdict.Correct ? 1 : 0;
        return new Score.Scored(value, verdict.label(), Map.of("verified", value));
    }
}
