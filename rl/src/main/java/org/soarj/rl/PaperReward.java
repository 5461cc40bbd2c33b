package org.soarj.rl;

import java.util.LinkedHashMap;
import java.util.Map;
import org.soarj.rl.verify.MathVerifier;
import org.soarj.rl.verify.Verdict;

/**
 * The student reward of SOAR: 120 for a verified box, 20 for a box that contains the gold answer, 10 for any other box,
 * 0 without one. Kept as three parts: 10 for the box, 10 for containing, 100 for being right. A check that
 * timed out is not verified, and is paid for the box and what it contains.
 */
public record PaperReward(MathVerifier verifier) implements Reward {
    private static final double BOX = 10;
    private static final double CONTAINED = 10;
    private static final double VERIFIED = 100;

    @Override
    public Score score(Problem problem, String completion) {
        Verdict verdict = verifier.verify(problem.answer(), completion);
        return switch (verdict) {
            case Verdict.Correct _ -> scored(verdict, BOX, CONTAINED, VERIFIED);
            case Verdict.Contains _ -> scored(verdict, BOX, CONTAINED, 0);
            case Verdict.Boxed _ -> scored(verdict, BOX, 0, 0);
            case Verdict.TimedOut timedOut -> scored(verdict, BOX, timedOut.containsGold() ? CONTAINED : 0, 0);
            case Verdict.Unparseable _ -> scored(verdict, 0, 0, 0);
        };
    }

    private static Score scored(Verdict verdict, double box, double contained, double verified) {
        Map<String, Double> parts = new LinkedHashMap<>();
        parts.put("box", box);
        parts.put("contained", contained);
        parts.put("verified", verified);
        return new Score.Scored(box + contained + verified, verdict.label(), parts);
    }
}
