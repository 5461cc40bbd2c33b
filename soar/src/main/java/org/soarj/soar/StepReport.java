package org.soarj.soar;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that one outer step measured.
 *
 * @param step t
 * @param sets the teacher's data sets
 * @param reward R_kj and the baseline's accuracy
 * @param decision the promotion check
 * @param innerSteps optimiser steps each student took
 * @param promotions promotions so far, this step's included
 * @param acceptRate share of the teacher's samples that passed its filter
 * @param wellFormedShare share of its samples that had the right shape, whether or not the answer could be read
 * @param seconds by phase: the only part that differs between two runs with the same seed
 */
public record StepReport(
        int step,
        List<QuestionSet> sets,
        GroundedReward reward,
        PromotionDecision decision,
        int innerSteps,
        int promotions,
        double acceptRate,
        double wellFormedShare,
        Map<String, Double> seconds) {

    /** The numbers as one flat object, names grouped by slashes, what the clock says under {@code time/}. */
    public Map<String, Object> metrics() {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", step);
        line.put("student/base_accuracy", reward.baseAccuracy());
        line.put("student/inner_steps", innerSteps);
        line.put("reward/gains", reward.gains());
        line.put("reward/data_sets", reward.dataSetRewards());
        line.put("reward/mean", reward.mean());
        line.put("reward/standard_error", reward.standardError());
        line.put("promotion/moving_average", decision.movingAverage());
        line.put("promotion/standard_error", decision.standardError());
        line.put("promotion/promoted", decision.promoted());
        line.put("promotion/count", promotions);
        line.put("teacher/accept_rate", acceptRate);
        line.put("teacher/well_formed", wellFormedShare);
        line.put("teacher/distinct_questions", distinctShare());
        seconds.forEach((phase, taken) -> line.put("time/" + phase, taken));
        return line;
    }

    /** The same report of what other clocks say. */
    public StepReport withSeconds(Map<String, Double> other) {
        return new StepReport(step, sets, reward, decision, innerSteps, promotions, acceptRate, wellFormedShare, other);
    }

    /** Distinct questions over questions: 1 when the teacher repeated itself nowhere in this step. */
    public double distinctShare() {
        List<String> questions = sets.stream()
                .flatMap(set -> set.problems().stream())
                .map(problem -> problem.question())
                .toList();
        return (double) questions.stream().distinct().count() / questions.size();
    }
}
