package org.soarj.rl.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MathVerifierTest {
    private final MathVerifier verifier = MathVerifier.withDefaults();

    @Test
    void eachVerdictCarriesWhatWasExtracted() {
        assertEquals(new Verdict.Correct("0.5"), verifier.verify("\\frac{1}{2}", "so \\boxed{ 0.5 }."));
        assertEquals(new Verdict.Contains("12"), verifier.verify("2", "\\boxed{12}"));
        assertEquals(new Verdict.Boxed("3"), verifier.verify("2", "\\boxed{3}"));
        assertEquals(new Verdict.Unparseable(), verifier.verify("2", "it is 2"));
    }

    @Test
    void goldAnswersMayComeInDollarsOrInABox() {
        assertEquals(new Verdict.Correct("1/2"), verifier.verify("$\\frac{1}{2}$", "\\boxed{1/2}"));
        assertEquals(new Verdict.Correct("1/2"), verifier.verify("\\boxed{\\frac{1}{2}}", "\\boxed{1/2}"));
        assertEquals(new Verdict.Contains("x2"), verifier.verify("$2$", "\\boxed{x2}"));
    }

    @Test
    void aBareAnswerNeedsNoBox() {
        assertEquals(new Verdict.Correct("0.5"), verifier.verifyAnswer("\\frac12", "0.5"));
        assertEquals(new Verdict.Correct("0.5"), verifier.verifyAnswer("\\frac12", "thus \\boxed{0.5}"));
        assertEquals(new Verdict.Unparseable(), verifier.verifyAnswer("\\frac12", " "));
    }

    @Test
    void aSlowCheckTimesOutAndIsInterrupted() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        MathVerifier stuck = new MathVerifier((gold, answer) -> {
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.park();
            }
            interrupted.countDown();
            return true;
        }, Duration.ofMillis(30));
        assertEquals(new Verdict.TimedOut("12", true), stuck.verify("2", "\\boxed{12}"));
        assertTrue(interrupted.await(5, TimeUnit.SECONDS));
        assertEquals(new Verdict.TimedOut("3", false), stuck.verify("2", "\\boxed{3}"));
    }

    @Test
    void aTimeOutFreesItsWorker() throws InterruptedException {
        MathVerifier hasty = new MathVerifier(AnswerEquivalence.byValue(), Duration.ofNanos(1));
        String slow = "((x+1)^{17}+(y+z)^{13})^{19}+" + "\\sin(\\sqrt{2+x})".repeat(60);
        for (int i = 0; i < 20; i++) {
            assertEquals("timed_out", hasty.verifyAnswer("(x+y)^{9}", slow).label());
        }
        for (int i = 0; i < 500 && workers() > 0; i++) {
            Thread.sleep(20);
        }
        assertEquals(0, workers());
    }

    private static long workers() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals("answer-check")).count();
    }

    @Test
    void whatWasComparedIsExplained() {
        MathVerifier.Explanation found = verifier.explain("$x = \\frac12$", "so \\boxed{0.5}");
        assertEquals(new Verdict.Correct("0.5"), found.verdict());
        assertEquals("x = 1/2", found.goldValue().orElseThrow().toString());
        assertEquals("1/2", found.answerValue().orElseThrow().toString());
        assertTrue(verifier.explain("1", "").answerValue().isEmpty());
    }

    @Test
    void aDefectInTheComparisonIsNotVerified() {
        MathVerifier broken = new MathVerifier((gold, answer) -> {
            throw new IllegalStateException("defect");
        }, Duration.ofSeconds(5));
        assertEquals(new Verdict.Boxed("3"), broken.verify("2", "\\boxed{3}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "9^{9^{9}}", "9^{9^{9^{9}}}", "(x+y+z+w)^{500}", "3000!!!!", "\\sqrt{999999999989}", "2^{-99999999999}",
        "\\sqrt{123456789012345678901234567890}", "((x+1)^{30}+(y+1)^{30})^{30}", "0.000000000001^{5000}",
        "1/0", "0^{-1}", "0^0", "\\frac{1}{x-x}", "\\sqrt[0]{5}", "\\sqrt[x-x]{5}",
        "\\frac", "\\frac{", "^", "2^", "_", "5_", "\\", "%", "()", "[]", "\\{\\}", "=", "x=", "\\pm", "\\pm\\pm\\pm",
        "\\begin{pmatrix}\\end{pmatrix}", "\\overline{3}", "0.\\overline{3}x"
    })
    void hostileAnswersAreJudgedInTime(String answer) {
        Verdict verdict = assertTimeout(Duration.ofSeconds(2), () -> verifier.verifyAnswer("77", answer));
        assertInstanceOf(Verdict.Boxed.class, verdict);
    }

    @Test
    void deepNestingAndLongTextAreJudgedInTime() {
        for (String part : new String[] {"(", "{", "-", "\\sqrt{", "x+", "\\frac{1}{", "1,", "\\{", "((1,2),", "9", "a",
            "=", "\\pm 1", "\\text{a}"}) {
            String answer = part.repeat(3_000);
            Verdict verdict = assertTimeout(Duration.ofSeconds(6), () -> verifier.verifyAnswer("77", answer), part);
            assertTrue(verdict instanceof Verdict.Boxed || verdict instanceof Verdict.TimedOut, part);
        }
    }

    @Property(tries = 400)
    void itNeverThrows(@ForAll("answers") String gold, @ForAll("answers") String answer) {
        assertNotNull(verifier.verify(gold, answer));
        assertNotNull(verifier.verify(gold, "\\boxed{" + answer + "}"));
    }

    @Property(tries = 400)
    void everyAnswerEqualsItself(@ForAll("answers") String answer) {
        if (!Latex.clean(answer).isEmpty()) {
            assertTrue(AnswerEquivalence.byValue().equal(answer, answer), answer);
        }
    }

    @Property(tries = 5_000)
    void equalityIsSymmetric(@ForAll("answers") String a, @ForAll("answers") String b) {
        AnswerEquivalence equivalence = AnswerEquivalence.byValue();
        assertEquals(equivalence.equal(a, b), equivalence.equal(b, a));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "x=", "\\pm=", "\\frac="})
    void nothingIsNoAnswerOnEitherSide(String answer) {
        assertFalse(AnswerEquivalence.byValue().equal("", answer));
        assertFalse(AnswerEquivalence.byValue().equal(answer, ""));
    }

    @Property(tries = 300)
    void fractionsAreEqualExactlyWhenTheirCrossProductsAre(
            @ForAll("small") int a, @ForAll("small") int b, @ForAll("small") int c, @ForAll("small") int d) {
        String gold = "\\frac{" + a + "}{" + b + "}";
        assertEquals(a * d == c * b, AnswerEquivalence.byValue().equal(gold, c + "/" + d));
        assertTrue(AnswerEquivalence.byValue().equal(gold, "\\frac{" + a * d + "}{" + b * d + "}"));
    }

    @Property(tries = 300)
    void sumsOfRootsAreEqualExactlyWhenTheirValuesAre(
            @ForAll("small") int a, @ForAll("small") int b, @ForAll("small") int c, @ForAll("small") int d) {
        boolean equal = Math.abs(Math.sqrt(a) + Math.sqrt(b) - Math.sqrt(c) - Math.sqrt(d)) < 1e-9;
        assertEquals(equal, AnswerEquivalence.byValue().equal(
                "\\sqrt{" + a + "}+\\sqrt{" + b + "}", "\\sqrt{" + c + "}+\\sqrt{" + d + "}"));
    }

    @Provide
    Arbitrary<Integer> small() {
        return Arbitraries.integers().between(1, 30);
    }

    /** Texts that hold enough of LaTeX to get past the first character of every rule, and plain noise. */
    @Provide
    Arbitrary<String> answers() {
        Arbitrary<String> pieces = Arbitraries.of("\\frac", "\\sqrt", "{", "}", "(", ")", "[", "]", "\\{", "\\}", "1", "23",
                "0", "x", "y", "i", "\\pi", ",", ".", "=", "<", "\\le ", "\\cup", "\\pm", "^", "_", "-", "+", "/", "*", "!",
                "%", " ", "\\text{", "\\boxed{", "$", "\\", "\\infty", "and", "\\begin{pmatrix}", "&", "\\\\", "\\end{pmatrix}",
                "\\binom", "\\overline{", "cm", "\\sin", "\\cos ", "\\log", "\\ln", "|", "\\lfloor", "\\rfloor", "e", "n", "\\in",
                "\\approx", ":", "\\emptyset", " p.m.", "million", "^\\circ", "pi", "\\choose", "1e5", "A5_{11}", "xy", ";",
                "\\mathbb{R}", "\\ge ", "\\ne ", "(1,2)", "1/2", "0.5", "50\\%");
        Arbitrary<String> formulas = pieces.list().ofMaxSize(12).map(list -> String.join("", list));
        return Arbitraries.oneOf(formulas, Arbitraries.strings().ofMaxLength(20));
    }
}
