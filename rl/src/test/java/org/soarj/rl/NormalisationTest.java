package org.soarj.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NormalisationTest {
    @Test
    void v6CompletionsOfTheBatch() {
        double[][] groups = {Advantage.leaveOneOut().of(new double[] {1, 0, 0, 0}), new double[4]};
        double[][] normalised = Normalisation.COMPLETIONS.apply(groups, new int[2][4]);
        assertArrayEquals(new double[] {2.290763, -.763588, -.763588, -.763588}, normalised[0], 1e-6);
        assertArrayEquals(new double[4], normalised[1], 1e-12);
    }

    @Test
    void v23TokensOfTheBatch() {
        double[][] advantages = {{.5, -.5}, {.5, -.5}};
        double[][] whitened = Normalisation.TOKENS.apply(advantages, new int[][] {{3, 2}, {4, 1}});
        for (double[] group : whitened) {
            assertArrayEquals(new double[] {.621059, -1.449138}, group, 1e-6);
        }
        assertArrayEquals(new double[][] {{.5, -.5}, {.5, -.5}}, advantages);
    }

    @Test
    void advantagesThatAreAllZeroStayZero() {
        assertArrayEquals(new double[2][3], Normalisation.TOKENS.apply(new double[2][3], new int[][] {{1, 2, 3}, {4, 5, 6}}));
        assertArrayEquals(new double[2][3], Normalisation.COMPLETIONS.apply(new double[2][3], new int[2][3]));
    }

    @Test
    void withoutNormalisationNothingChanges() {
        double[][] advantages = {{1, -1}};
        assertTrue(Arrays.deepEquals(advantages, Normalisation.NONE.apply(advantages, new int[][] {{1, 1}})));
    }

    @Test
    void aDeviationOfOneTokenIsRefused() {
        String message = assertThrows(IllegalArgumentException.class,
                () -> Normalisation.TOKENS.apply(new double[][] {{1}}, new int[][] {{1}})).getMessage();
        assertEquals("normalise advantages: got 1 tokens in the batch, a deviation needs at least 2; raise the batch size", message);
    }
}
