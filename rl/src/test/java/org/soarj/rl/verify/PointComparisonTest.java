package org.soarj.rl.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PointComparisonTest {
    private static boolean agree(String left, String right) {
        return PointComparison.agree(ExpressionParser.parse(left), ExpressionParser.parse(right));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "(x+y)^{200} ; (y+x)^{200}",
        "\\sqrt{x^2} ; |x|",
        "\\sqrt{x}\\sqrt{x} ; \\sqrt{x}^2",
        "\\ln x^2 ; 2\\ln |x|",
        "\\tan x ; \\frac{\\sin x}{\\cos x}",
        "n!/(n-2)! ; n(n-1)",
        "(-1)^{2n} ; 1",
        "e^{x+y} ; e^x e^y",
        "\\sqrt[3]{-8} ; -2",
        "\\sqrt{5+2\\sqrt{6}} ; \\sqrt2+\\sqrt3",
        "\\arctan(1/2)+\\arctan(1/3) ; \\pi/4",
        "\\cosh x ; (e^x+e^{-x})/2"
    })
    void equalFunctionsAgree(String left, String right) {
        assertTrue(agree(left, right));
        assertTrue(agree(right, left));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "\\sqrt{x^2} ; x",
        "(x+y)^{200} ; (x-y)^{200}",
        "(x+y)^{200} ; (x+y)^{201}",
        "\\ln x^2 ; 2\\ln x",
        "\\sqrt{x-1}\\sqrt{x+1} ; \\sqrt{x^2-1}",
        "\\lfloor x \\rfloor ; x",
        "n! ; n^n",
        "e^{-100}+1 ; 1",
        "\\sqrt{10^{100}+1} ; 10^{50}",
        "\\sin x ; \\sin(x+10^{-30})",
        "\\frac{1}{x-x} ; \\frac{2}{x-x}",
        "\\ln(-1) ; \\ln(-1)",
        "i ; i"
    })
    void differentOnesAndThoseWithoutValuesDoNot(String left, String right) {
        assertFalse(agree(left, right));
        assertFalse(agree(right, left));
    }

    /** Where both exact forms exist, points must say the same as they do. */
    @Property(tries = 300)
    void pointsAgreeWithExactForms(@ForAll("rational") String a, @ForAll("rational") String b) {
        ClosedForm left = Simplifier.simplify(ExpressionParser.parse(a));
        ClosedForm right = Simplifier.simplify(ExpressionParser.parse(b));
        assertEquals(left.isEqualTo(right), agree(a, b));
    }

    @Property(tries = 200)
    void aRearrangedSumAgrees(@ForAll("rational") String a, @ForAll("rational") String b, @ForAll("rational") String c) {
        assertTrue(agree("(" + a + "+" + b + ")(" + c + ")", "(" + c + ")(" + b + ")+(" + a + ")(" + c + ")"));
    }

    /** Rational functions of two letters without poles that meet every point. */
    @Provide
    Arbitrary<String> rational() {
        Arbitrary<String> atoms = Arbitraries.of("x", "y", "2", "\\frac{1}{3}", "(x+1)", "(x-y)", "x^2", "\\frac{1}{x}");
        return atoms.list().ofMinSize(1).ofMaxSize(4).flatMap(
                parts -> Arbitraries.of("+", "-", "*").list().ofSize(parts.size()).map(signs -> joined(parts, signs)));
    }

    private static String joined(List<String> parts, List<String> signs) {
        StringBuilder text = new StringBuilder(parts.getFirst());
        for (int i = 1; i < parts.size(); i++) {
            text.append(signs.get(i)).append(parts.get(i));
        }
        return text.toString();
    }
}
