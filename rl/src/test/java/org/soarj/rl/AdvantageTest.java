package org.soarj.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AdvantageTest {
    private static final double TOLERANCE = 1e-6;
    private static final double NAN = Double.NaN;
    private static final double[] ONE_OF_FOUR = {1, 0, 0, 0};
    private static final double[] THREE_OF_EIGHT = {1, 1, 1, 0, 0, 0, 0, 0};

    private final Advantage leaveOneOut = Advantage.leaveOneOut();

    @Test
    void v1OneRightOfFour() {
        assertArrayEquals(new double[] {1, -1 / 3.0, -1 / 3.0, -1 / 3.0}, leaveOneOut.of(ONE_OF_FOUR), TOLERANCE);
    }

    @Test
    void v2ThreeRightOfEight() {
        assertArrayEquals(threeAndFive(.714286, -.428571), leaveOneOut.of(THREE_OF_EIGHT), TOLERANCE);
        assertArrayEquals(threeAndFive(.625, -.375), Advantage.meanCentred().of(THREE_OF_EIGHT), TOLERANCE);
        assertArrayEquals(
                threeAndFive(1.207612, -.724567), new Advantage.Standardised(1e-6, true).of(THREE_OF_EIGHT), TOLERANCE);
        assertArrayEquals(
                threeAndFive(1.290994, -.774597), new Advantage.Standardised(1e-9, false).of(THREE_OF_EIGHT), TOLERANCE);
    }

    @Test
    void v3GradedRewards() {
        assertArrayEquals(new double[] {1, 1 / 3.0, -1 / 3.0, -1}, leaveOneOut.of(new double[] {1, .5, 0, -.5}), TOLERANCE);
    }

    @Test
    void v4StandardisedGroups() {
        assertArrayEquals(new double[] {1.4997, -.4999, -.4999, -.4999}, Advantage.grpo().of(ONE_OF_FOUR), TOLERANCE);
        assertEquals(1.499997, new Advantage.Standardised(1e-6, true).of(ONE_OF_FOUR)[0], TOLERANCE);
        assertArrayEquals(new double[] {1.731651, -.577217, -.577217, -.577217},
                new Advantage.Standardised(1e-4, false).of(ONE_OF_FOUR), TOLERANCE);
    }

    @Test
    void v5AnUnscorableSiblingLeavesTheBaseline() {
        assertArrayEquals(new double[] {1, 0, -.5, -.5}, leaveOneOut.of(new double[] {1, NAN, 0, 0}), TOLERANCE);
    }

    @Test
    void v6NormalisedOverTheBatch() {
        double[][] groups = {leaveOneOut.of(ONE_OF_FOUR), leaveOneOut.of(new double[] {3, 3, 3, 3})};
        double[][] normalised = Advantage.normaliseBatch(groups);
        assertArrayEquals(new double[] {2.290763, -.763588, -.763588, -.763588}, normalised[0], TOLERANCE);
        assertArrayEquals(new double[4], normalised[1], 1e-15);
    }

    @Test
    void v24RewardsOfTeacherDataSets() {
        assertArrayEquals(new double[] {0, .013333, -.02, .006667},
                leaveOneOut.of(new double[] {.010, .020, -.005, .015}), TOLERANCE);
    }

    @Test
    void v25SiblingsThatAgreeDoNotExplode() {
        double[] rewards = new double[8];
        Arrays.fill(rewards, 1, 8, .95);
        double[] advantages = leaveOneOut.of(rewards);
        assertEquals(-.95, advantages[0], 1e-15);
        assertEquals(.95 / 7, advantages[7], 1e-15);
    }

    @Test
    void groupsWithFewerThanTwoScorableMembersTeachNothing() {
        assertArrayEquals(new double[2], leaveOneOut.of(new double[] {NAN, 7}));
        assertArrayEquals(new double[2], Advantage.grpo().of(new double[] {NAN, NAN}));
    }

    @Test
    void groupsOfOneAndInfiniteRewardsAreRefused() {
        assertMessage("at least 2 rollouts", () -> leaveOneOut.of(new double[] {1}));
        assertMessage("must be finite", () -> leaveOneOut.of(new double[] {1, Double.POSITIVE_INFINITY}));
        assertMessage("epsilon must be above 0", () -> new Advantage.Standardised(0, true));
        assertMessage("at least 2", () -> Advantage.normaliseBatch(new double[][] {{1}}));
    }

    @Property(tries = 200)
    void advantagesSumToZero(@ForAll("rewards") double[] rewards) {
        for (Advantage advantage : new Advantage[] {leaveOneOut, Advantage.meanCentred(), Advantage.grpo()}) {
            assertEquals(0, DoubleStream.of(advantage.of(rewards)).sum(), 1e-8);
        }
    }

    @Property(tries = 200)
    void aConstantAddedToEveryRewardChangesNothing(
            @ForAll("rewards") double[] rewards, @ForAll @DoubleRange(min = -1000, max = 1000) double constant) {
        double[] shifted = Arrays.stream(rewards).map(reward -> reward + constant).toArray();
        assertArrayEquals(leaveOneOut.of(rewards), leaveOneOut.of(shifted), 1e-9);
    }

    @Property(tries = 200)
    void leaveOneOutIsTheScaledDistanceFromTheMean(@ForAll("rewards") double[] rewards) {
        int k = rewards.length;
        double mean = DoubleStream.of(rewards).average().orElseThrow();
        double[] expected = Arrays.stream(rewards).map(reward -> (reward - mean) * k / (k - 1)).toArray();
        assertArrayEquals(expected, leaveOneOut.of(rewards), 1e-9);
    }

    @Property(tries = 200)
    void equalRewardsGiveExactlyZero(
            @ForAll @IntRange(min = 2, max = 40) int size, @ForAll @DoubleRange(min = -200, max = 200) double reward) {
        double[] rewards = new double[size];
        Arrays.fill(rewards, reward);
        for (Advantage advantage : new Advantage[] {leaveOneOut, Advantage.meanCentred(), Advantage.grpo()}) {
            assertTrue(DoubleStream.of(advantage.of(rewards)).allMatch(a -> a == 0));
        }
    }

    @Property(tries = 100)
    void anUnscorableMemberChangesNoOther(@ForAll("rewards") double[] rewards) {
        double[] more = Arrays.copyOf(rewards, rewards.length + 1);
        more[rewards.length] = NAN;
        for (Advantage advantage : new Advantage[] {leaveOneOut, Advantage.meanCentred(), Advantage.grpo()}) {
            double[] expected = Arrays.copyOf(advantage.of(rewards), more.length);
            assertArrayEquals(expected, advantage.of(more), 1e-12);
        }
    }

    @Provide
    Arbitrary<double[]> rewards() {
        return Arbitraries.doubles().between(-120, 120).array(double[].class).ofMinSize(2).ofMaxSize(32);
    }

    private static double[] threeAndFive(double right, double wrong) {
        return new double[] {right, right, right, wrong, wrong, wrong, wrong, wrong};
    }

    private static void assertMessage(String part, Runnable refused) {
        String message = assertThrows(IllegalArgumentException.class, refused::run).getMessage();
        assertTrue(message.contains(part), message);
    }
}
