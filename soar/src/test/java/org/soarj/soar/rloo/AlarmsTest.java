package org.soarj.soar.rloo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlarmsTest {
    @ParameterizedTest
    @CsvSource({
        "group/no_signal_share, .9, .91", "length/truncated_share, .5, .51", "outcome/unparseable, .5, .51",
        "outcome/threw, 0, .001", "outcome/timed_out, 0, .001", "kl/token_mean, .5, .51", "policy/entropy, .1, .09",
        "reward/mean, 0, NaN", "policy/loss, 3, Infinity"})
    void anAlarmRisesBeyondItsLimitAndNamesItsMetric(String metric, double calm, double alarming) {
        assertEquals(List.of(), new Alarms(.1, Alarms.State.START).of(Map.of(metric, calm)));
        List<String> alarms = new Alarms(.1, Alarms.State.START).of(Map.of(metric, alarming));
        assertEquals(1, alarms.size(), alarms.toString());
        assertTrue(alarms.getFirst().startsWith(metric + " is "), alarms.toString());
    }

    @Test
    void withoutATargetTheDivergenceIsNotWatched() {
        assertEquals(List.of(), new Alarms(0, Alarms.State.START).of(Map.of("kl/token_mean", 99.0)));
    }

    @Test
    void anEntropyThatDoublesIsAlarming() {
        Alarms alarms = new Alarms(0, Alarms.State.START);
        assertEquals(List.of(), alarms.of(Map.of("policy/entropy", .4)));
        assertEquals(List.of(), alarms.of(Map.of("policy/entropy", .79)));
        assertEquals(List.of("policy/entropy is 0.810, at first it was 0.400: the policy forgets what it knew"),
                alarms.of(Map.of("policy/entropy", .81)));
    }

    @Test
    void aSpikeIsTenTimesTheUsualNormAndTheMemorySurvivesAResume() {
        Alarms first = new Alarms(0, Alarms.State.START);
        assertEquals(List.of(), first.of(Map.of("policy/gradient_norm", 1.0)));
        assertEquals(List.of(), first.of(Map.of("policy/gradient_norm", 3.0)));
        assertEquals(1.2, first.state().usualNorm(), 1e-12);
        Alarms resumed = new Alarms(0, first.state());
        assertEquals(List.of(), resumed.of(Map.of("policy/gradient_norm", 11.9)));
        assertEquals(List.of(), resumed.of(Map.of("policy/gradient_norm", 0.0)));
        assertEquals(1, resumed.of(Map.of("policy/gradient_norm", 23.0)).size());
    }
}
