package org.soarj.soar.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChainTest {
    private static final ChainWorldSettings SETTINGS = ChainWorldSettings.DEFAULT;

    @Test
    void aQuestionIsReadAndWrittenBack() {
        Chain chain = Chain.parse("3+4-1", SETTINGS).orElseThrow();
        assertEquals(new Chain(List.of(3, 4, 1), "+-"), chain);
        assertEquals("3+4-1", chain.toString());
        assertEquals(2, chain.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "3+", "+3", "3+-4", "34+1", "3*4", "3+4 ", "3+4-", "3=4", "a+b"})
    void whatIsNotAlternatingDigitsAndOperatorsIsNoChain(String question) {
        assertEquals(Optional.empty(), Chain.parse(question, SETTINGS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3+4", "3+4=", "3+4=7,", ",3+4=7", "3+4=17", "3*4=2", "3+4=7.", "3+4=7,,7-1=6"})
    void aWorkingWithAnythingButStepsIsNone(String working) {
        assertEquals(Optional.empty(), Chain.parseWorking(working, SETTINGS));
    }

    @Test
    void aWorkingFollowsItsChainWhateverItsResults() {
        Chain chain = Chain.parse("3+4-1", SETTINGS).orElseThrow();
        assertTrue(follows(chain, "3+4=7,7-1=6"));
        assertTrue(follows(chain, "3+4=8,8-1=6"));
        assertFalse(follows(chain, "3+4=8,7-1=6"), "the second step must go on from 8");
        assertFalse(follows(chain, "3+4=7"));
        assertFalse(follows(chain, "3-4=7,7-1=6"));
        assertFalse(follows(chain, "3+4=7,7-2=6"));
        assertFalse(follows(chain, "2+4=7,7-1=6"));
    }

    @Test
    void operandsBeyondTheModulusAreNotDigits() {
        ChainWorldSettings ternary = new ChainWorldSettings(3, "+*", SETTINGS.lengthWeights(), SETTINGS.carefulShares(),
                0, SETTINGS.sloppyRules(), 0, SETTINGS.flaws());
        assertTrue(Chain.parse("2*2", ternary).isPresent());
        assertFalse(Chain.parse("3*2", ternary).isPresent());
        assertEquals(1, Chain.calculate(2, '*', 2, 3));
        assertEquals(2, Chain.calculate(0, '-', 1, 3));
    }

    private static boolean follows(Chain chain, String working) {
        return chain.isFollowedBy(Chain.parseWorking(working, SETTINGS).orElseThrow());
    }
}
