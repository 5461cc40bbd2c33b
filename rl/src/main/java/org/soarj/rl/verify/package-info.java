/**
 * Checks mathematical answers: is what the policy put in its last box the same as the gold answer?
 *
 * <p>The problem: {@code \frac12}, {@code 0.5}, {@code 50\%} and {@code x = 1/2} are one answer, {@code (1,2)} and
 * {@code (2,1)} are two. A wrong "no" teaches the policy that it was wrong, so answers are read into exact values and
 * compared as such; text is compared only where reading fails.
 *
 * <p>Reading order: {@link org.soarj.rl.verify.MathVerifier} (completion to verdict), {@link org.soarj.rl.verify.Verdict},
 * {@link org.soarj.rl.verify.AnswerExtractor} (the last box), {@link org.soarj.rl.verify.Value} (what an answer can be),
 * {@link org.soarj.rl.verify.ValueReader} (text to value), {@code Expression} (a formula as written), {@code Simplifier} and
 * {@code ClosedForm} (exact arithmetic on rationals, roots, pi, i and letters), {@code PointComparison} (values at random
 * rational points, for what has no canonical form), {@code ValueEquality}. The text rules of the field are
 * {@link org.soarj.rl.verify.HendrycksNormalForm}, {@link org.soarj.rl.verify.MinervaNormalForm} and
 * {@link org.soarj.rl.verify.Prm800kNormalForm}; they decide only between words.
 *
 * <pre>{@code
 * MathVerifier verifier = MathVerifier.withDefaults();
 * switch (verifier.verify("\\frac{1}{2}", "so the answer is \\boxed{0.5}")) {
 *     case Verdict.Correct c -> System.out.println(c.extracted() + " is right");        // 0.5 is right
 *     case Verdict.Contains c -> System.out.println("the gold answer is inside " + c.extracted());
 *     case Verdict.Boxed b -> System.out.println(b.extracted() + " is wrong");
 *     case Verdict.Unparseable _ -> System.out.println("no balanced box");
 *     case Verdict.TimedOut t -> System.out.println("gave up on " + t.extracted());
 * }
 * }</pre>
 *
 * <p>The rules lean to those of Math-Verify, which SOAR used, without a computer algebra system behind them.
 *
 * <p>Where these rules leave a choice, {@code answers.tsv} among the tests' resources says which was made.
 *
 * <p>Deliberately absent: proofs of what agrees at points, complex values of functions, conversion of units, floating point.
 */
package org.soarj.rl.verify;
