package org.soarj.soar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.soarj.rl.Problem;
import org.soarj.tensor.Rng;

/**
 * Algorithm 1 of the paper as a state machine: {@link #step} turns the state before an outer step into the one after it.
 *
 * @param <W> the student's weights, handed from result to baseline and never looked into
 */
public final class SoarLoop<W> {
    private final SoarSettings settings;
    private final List<Problem> hardProblems;
    private final Teacher teacher;
    private final InnerLoop<W> innerLoop;
    private final StudentEvaluator<W> evaluator;
    private final SoarEvents<W> events;
    private final Rng rng;

    /**
     * @param hardProblems D_train; only students are measured on it
     * @param rng the run's root; each draw takes a split of it by purpose and coordinates, none advances it
     * @throws IllegalArgumentException when there are fewer hard problems than a step draws
     */
    public SoarLoop(
            SoarSettings settings,
            List<Problem> hardProblems,
            Teacher teacher,
            InnerLoop<W> innerLoop,
            StudentEvaluator<W> evaluator,
            SoarEvents<W> events,
            Rng rng) {
        if (hardProblems.size() < settings.rewardQuestions()) {
            throw new IllegalArgumentException("soar: every step draws " + settings.rewardQuestions()
                    + " hard questions, got a data set of " + hardProblems.size() + "; lower loop.reward_questions or add problems");
        }
        this.settings = settings;
        this.hardProblems = List.copyOf(hardProblems);
        this.teacher = teacher;
        this.innerLoop = innerLoop;
        this.evaluator = evaluator;
        this.events = events;
        this.rng = rng;
    }

    /** Steps from {@code state} to the last outer step; at once {@code state} itself when that is done. */
    public SoarState<W> run(SoarState<W> state) {
        SoarState<W> current = state;
        while (current.step() < settings.outerSteps()) {
            current = step(current);
        }
        return current;
    }

    /** One outer step. The promotion check comes before the teacher's update, and both use this step's gains. */
    public SoarState<W> step(SoarState<W> state) {
        PhaseClock clock = new PhaseClock();
        int t = state.step();
        Proposals proposals = clock.time("generate", () -> generate(t));
        List<QuestionSet> sets = QuestionSet.partition(t, proposals.documents(), settings.questionsPerSet());
        List<Problem> rewardQuestions = drawRewardQuestions(t);
        double base = clock.time("evaluate_base", () -> measureBaseline(state, rewardQuestions));
        int innerSteps = settings.inner().stepsAfter(state.promotions());
        List<Optional<InnerResult<W>>> students =
                clock.time("inner_loops", () -> trainStudents(state, sets, innerSteps, rewardQuestions));
        GroundedReward reward = reward(base, students);
        List<Double> window = settings.promotion().extend(state.window(), reward.mean());
        PromotionDecision decision = settings.promotion().decide(window, reward);
        SoarState<W> next = advance(state, window, decision, sets, students);
        if (decision.promoted()) {
            events.promoted(next.promotionQuestions().promotions().getLast(), next.baseline());
        }
        clock.time("teacher_update", () -> teacher.update(sets, reward.advantages(settings.groupSize())));
        events.stepDone(
                new StepReport(t, sets, reward, decision, innerSteps, next.promotions(), proposals.acceptRate(),
                        proposals.wellFormedShare(), clock.seconds()),
                next);
        return next;
    }

    /** Sample g n accepted outputs y_1 .. y_gn. */
    private Proposals generate(int t) {
        Proposals proposals = teacher.propose(settings.documents(), rng.split("teacher", t));
        if (proposals.documents().size() != settings.documents()) {
            throw new IllegalStateException("soar: step " + t + " asked the teacher for " + settings.documents()
                    + " documents, got " + proposals.documents().size());
        }
        return proposals;
    }

    /** Draw Q_R from D_train, without replacement, afresh in every step. */
    private List<Problem> drawRewardQuestions(int t) {
        int[] order = IntStream.range(0, hardProblems.size()).toArray();
        rng.split("reward-questions", t).shuffle(order);
        return Arrays.stream(order).limit(settings.rewardQuestions()).mapToObj(hardProblems::get).toList();
    }

    /** Acc(theta, Q_R). */
    private double measureBaseline(SoarState<W> state, List<Problem> rewardQuestions) {
        double accuracy = evaluator.accuracy(state.baseline(), rewardQuestions, rng.split("baseline", state.step()));
        if (!Double.isFinite(accuracy)) {
            throw new IllegalStateException("soar: step " + state.step() + ": the baseline's accuracy is " + accuracy);
        }
        return accuracy;
    }

    /** theta'_kj = RL-Update(theta, X_k) for all k and j, each from the same theta; in the order k r + j. */
    private List<Optional<InnerResult<W>>> trainStudents(
            SoarState<W> state, List<QuestionSet> sets, int innerSteps, List<Problem> rewardQuestions) {
        List<InnerJob<W>> jobs = new ArrayList<>();
        for (QuestionSet set : sets) {
            for (int j = 0; j < settings.repeats(); j++) {
                jobs.add(new InnerJob<>(state.step(), set.index(), j, state.baseline(), set, innerSteps, rewardQuestions,
                        rng.split("student", state.step(), set.index(), j)));
            }
        }
        List<Optional<InnerResult<W>>> results = innerLoop.runAll(jobs);
        if (results.size() != jobs.size()) {
            throw new IllegalStateException(
                    "soar: " + jobs.size() + " inner loops were asked for, got " + results.size() + " results");
        }
        for (int i = 0; i < jobs.size(); i++) {
            if (results.get(i).isPresent() && !Double.isFinite(results.get(i).get().score())) {
                throw new IllegalStateException(
                        "soar: " + jobs.get(i).coordinates() + ": the student's accuracy is " + results.get(i).get().score());
            }
        }
        requireARepeatOfEach(sets, results);
        return results;
    }

    /** A data set whose students all failed has no reward, and no leave-one-out advantage can be had without it. */
    private void requireARepeatOfEach(List<QuestionSet> sets, List<Optional<InnerResult<W>>> results) {
        for (int k = 0; k < sets.size(); k++) {
            int r = settings.repeats();
            if (results.subList(k * r, (k + 1) * r).stream().allMatch(Optional::isEmpty)) {
                throw new IllegalStateException("soar: step " + sets.get(k).step() + ", data set " + k + ": all " + r
                        + " students failed; the step cannot be rewarded");
            }
        }
    }

    /** R_kj = Acc(theta'_kj, Q_R) - Acc(theta, Q_R); NaN where the student failed. */
    private GroundedReward reward(double base, List<Optional<InnerResult<W>>> students) {
        double[][] scores = new double[settings.dataSets()][settings.repeats()];
        for (int k = 0; k < scores.length; k++) {
            for (int j = 0; j < settings.repeats(); j++) {
                scores[k][j] = student(students, k, j).map(InnerResult::score).orElse(Double.NaN);
            }
        }
        return GroundedReward.of(base, scores, settings.rewardQuestions() * evaluator.answersPerQuestion());
    }

    /** theta <- theta'_k*j* and D_best <- D_best with X_k* on a promotion; otherwise theta and D_best as they were. */
    private SoarState<W> advance(
            SoarState<W> state,
            List<Double> window,
            PromotionDecision decision,
            List<QuestionSet> sets,
            List<Optional<InnerResult<W>>> students) {
        int t = state.step();
        if (decision.winner().isEmpty()) {
            return new SoarState<>(t + 1, state.baseline(), window, state.promotionQuestions());
        }
        PromotionDecision.Winner winner = decision.winner().get();
        Promotion promotion = new Promotion(t, winner.dataSet(), winner.repeat(), decision.movingAverage(),
                sets.get(winner.dataSet()).problems());
        return new SoarState<>(
                t + 1,
                student(students, winner.dataSet(), winner.repeat()).orElseThrow().weights().get(),
                settings.promotion().clearWindow() ? List.of() : window,
                state.promotionQuestions().plus(promotion));
    }

    private Optional<InnerResult<W>> student(List<Optional<InnerResult<W>>> students, int k, int j) {
        return students.get(k * settings.repeats() + j);
    }
}
