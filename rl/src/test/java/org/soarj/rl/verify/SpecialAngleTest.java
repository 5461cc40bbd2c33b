package org.soarj.rl.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecialAngleTest {
    /** From sin 0 = 0, cos 0 = 1 and the step of 15 degrees the addition theorem gives every other value. */
    @Test
    void multiplesOfFifteenDegreesObeyTheAdditionTheorem() {
        Rational step = Rational.of(1, 12);
        assertTrue(SpecialAngle.sin(Rational.ZERO).isEqualTo(ClosedForm.of(Rational.ZERO)));
        assertTrue(SpecialAngle.cos(Rational.ZERO).isEqualTo(ClosedForm.of(Rational.ONE)));
        for (int k = -30; k < 30; k++) {
            Rational angle = Rational.of(k, 12);
            ClosedForm sine = SpecialAngle.sin(angle).times(SpecialAngle.cos(step))
                    .plus(SpecialAngle.cos(angle).times(SpecialAngle.sin(step)));
            ClosedForm cosine = SpecialAngle.cos(angle).times(SpecialAngle.cos(step))
                    .minus(SpecialAngle.sin(angle).times(SpecialAngle.sin(step)));
            assertTrue(SpecialAngle.sin(angle.plus(step)).isEqualTo(sine), "sin " + angle);
            assertTrue(SpecialAngle.cos(angle.plus(step)).isEqualTo(cosine), "cos " + angle);
        }
    }

    @ParameterizedTest
    @CsvSource({"sin, 0.258819045103", "cos, 0.965925826289"})
    void theStepIsTheRightOne(String function, String expected) {
        Formula formula = Formula.read("\\" + function + "(\\pi/12)");
        assertEquals(expected, formula.rounded(12).orElseThrow().toString());
        assertTrue(formula.closed().orElseThrow().isComplete());
    }

    @ParameterizedTest
    @CsvSource({"sin 18, (\\sqrt5-1)/4", "cos 36, (\\sqrt5+1)/4", "sin 54, (\\sqrt5+1)/4", "cos 108, (1-\\sqrt5)/4"})
    void someMultiplesOfEighteenDegreesAreRoots(String angle, String roots) {
        Formula formula = Formula.read("\\" + angle + "\u00b0");
        assertTrue(formula.closed().orElseThrow().isEqualTo(Formula.read(roots).closed().orElseThrow()));
    }

    @ParameterizedTest
    @CsvSource({"sin 58, cos 32", "sin 122, sin 58", "cos 302, cos 58", "sin 418, sin 58", "cos 1, sin 89"})
    void otherAnglesHaveOneNameEach(String angle, String same) {
        assertEquals(Formula.read("\\" + angle + "\u00b0").closed(), Formula.read("\\" + same + "\u00b0").closed());
    }
}
