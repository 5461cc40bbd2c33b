package org.soarj.rl.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalFormTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\\tfrac12 | \\frac{1}{2}",
        "\\dfrac{3}{4} | \\frac{3}{4}",
        "\\frac1{72} | \\frac{1}{72}",
        "\\sqrt3 | \\sqrt{3}",
        "3/4 | \\frac{3}{4}",
        "0.5 | \\frac{1}{2}",
        ".5 | \\frac{1}{2}",
        ".25 | 0.25",
        "k = 7 | 7",
        "f(x) = 7 | f(x)=7",
        "90^\\circ | 90",
        "90^{\\circ} | 90",
        "\\$12 | 12",
        "50\\% | 50",
        "12\\text{ cm} | 12",
        "\\text{ yes} | \\text{yes}",
        "\\left( 1, 2 \\right) | (1,2)",
        "10,\\!000 | 10,000"
    })
    void hendrycks(String answer, String form) {
        assertEquals(form, HendrycksNormalForm.of(answer));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "x = 5 | 5",
        "y = x = 7 | 7",
        "12 square inches | 12",
        "1,234 | 1234",
        "1,2 | 12",
        "(1,2) | (1,2)",
        "\\text{even} | even",
        "\\textbf{(B)} | (B)",
        "$\\frac12$ | \\frac{1}{2}",
        "\\sqrt3 | \\sqrt{3}",
        "\\boxed{9} | 9",
        "x \\text{ and } y | x,y",
        "45^\\circ | 45",
        "20 \\mbox{ dollars} | 20"
    })
    void minerva(String answer, String form) {
        assertEquals(form, MinervaNormalForm.of(answer));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\\text{Monday} | mon",
        "\\text{even} | even",
        "EVEN | even",
        "50\\% | 50",
        "\\$12.00 | 12",
        "12,\\!345 | 12345",
        "1,234,567 | 1234567",
        "(1,234) | (1,234)",
        "3 million | 3*10^6",
        "12 cm^2 | 12",
        "5 inches | 5",
        "90^\\circ | 90",
        "7 3/4 | 7+3/4",
        "7\\frac{3}{4} | 7+3/4",
        "\\dfrac{1}{2} | 1/2",
        "2\\sqrt{3} | 2sqrt(3)",
        "- 5 | -5",
        "{5} | 5",
        "3.0 | 3",
        "3.5 | 3.5",
        "1 or 2 | 1,2",
        "\\pi \\cdot 2 | pi*2",
        "\\triangle ABC | \\triangleabc"
    })
    void prm800k(String answer, String form) {
        assertEquals(form, Prm800kNormalForm.of(answer));
    }
}
