package org.soarj.soar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.soarj.tensor.Rng;

/** Jobs on threads: order, second attempts, and what fails a step. */
class LocalJobsTest {
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

    private static List<InnerJob<String>> jobs(int dataSets, int repeats) {
        return IntStream.range(0, dataSets * repeats).mapToObj(i -> new InnerJob<>(0, i / repeats, i % repeats, "base",
                new QuestionSet(0, i / repeats, List.of()), 1, List.of(), Rng.of(5).split("student", 0, i / repeats, i % repeats)))
                .toList();
    }

    private static InnerResult<String> draw(InnerJob<String> job) {
        double score = job.rng().nextDouble();
        return new InnerResult<>(score, () -> job.coordinates());
    }

    private LocalJobs<String> runner(int workers, int attempts, InnerLoop<String> work) {
        return new LocalJobs<>(Collections.nCopies(workers, work), attempts, (job, attempt, cause, last) ->
                failures.add(job + " " + attempt + " " + cause.getMessage() + (last ? " last" : "")));
    }

    @Test
    void resultsComeInTheOrderOfTheJobsForAnyNumberOfWorkers() {
        List<Double> expected = jobs(3, 4).stream().map(job -> draw(job).score()).toList();
        for (int workers : new int[] {1, 2, 5}) {
            List<Optional<InnerResult<String>>> results = runner(workers, 1, LocalJobsTest::draw).runAll(jobs(3, 4));
            assertEquals(expected, results.stream().map(result -> result.orElseThrow().score()).toList());
            assertEquals("step 0, data set 2, repeat 3", results.get(11).orElseThrow().weights().get());
        }
    }

    @Test
    void aJobThatFailsIsTriedAgainWithTheSameSeedAndGivesTheSameBits() {
        List<Double> expected = jobs(2, 2).stream().map(job -> draw(job).score()).toList();
        Map<String, Integer> tried = new ConcurrentHashMap<>();
        List<Optional<InnerResult<String>>> results = runner(2, 3, job -> {
            InnerResult<String> result = draw(job);
            if (tried.merge(job.coordinates(), 1, Integer::sum) < 3 && job.repeat() == 1) {
                throw new IllegalStateException("lost");
            }
            return result;
        }).runAll(jobs(2, 2));
        assertEquals(expected, results.stream().map(result -> result.orElseThrow().score()).toList());
        assertEquals(Set.of("step 0, data set 0, repeat 1 1 lost", "step 0, data set 0, repeat 1 2 lost",
                "step 0, data set 1, repeat 1 1 lost", "step 0, data set 1, repeat 1 2 lost"), Set.copyOf(failures));
    }

    @Test
    void aJobThatFailsForGoodIsEmptyAndADefectEndsAll() {
        List<Optional<InnerResult<String>>> results = runner(2, 2, job -> {
            if (job.dataSet() == 1) {
                throw new IllegalStateException("lost");
            }
            return draw(job);
        }).runAll(jobs(2, 1));
        assertTrue(results.get(0).isPresent() && results.get(1).isEmpty());
        assertEquals(List.of("step 0, data set 1, repeat 0 1 lost", "step 0, data set 1, repeat 0 2 lost last"), failures);
        LocalJobs<String> broken = runner(2, 2, job -> {
            throw new OutOfMemoryError("heap");
        });
        assertThrows(OutOfMemoryError.class, () -> broken.runAll(jobs(2, 2)));
    }

    private static SoarLoop<String> loop(List<StepReport> reports, Set<String> lost) {
        InnerLoop<String> work = job -> {
            if (lost.contains(job.dataSet() + "/" + job.repeat())) {
                throw new IllegalStateException("lost");
            }
            return new InnerResult<>(0.5 + 0.1 * job.dataSet() + 0.01 * job.repeat(), job::coordinates);
        };
        SoarSettings settings = new SoarSettings(2, 1, 3, 3, 4, 1, InnerSchedule.PAPER,
                new PromotionRule(true, 0, 1, MedianRule.LOWER, true));
        SoarEvents<String> events = new SoarEvents<>() {
            @Override
            public void stepDone(StepReport report, SoarState<String> next) {
                reports.add(report);
            }
        };
        return new SoarLoop<>(settings, FakeRun.hardProblems(), new FakeTeacher(),
                new LocalJobs<>(List.of(work), 1, (job, attempt, cause, last) -> { }), (student, questions, rng) -> 0.5, events,
                Rng.of(1));
    }

    @Test
    void aStepGoesOnWithTheRepeatsThatAreLeft() {
        List<StepReport> reports = new ArrayList<>();
        SoarState<String> end = loop(reports, Set.of("1/0", "0/1")).run(SoarState.start("base"));
        GroundedReward reward = reports.getFirst().reward();
        assertTrue(reward.gains().get(1).get(0).isNaN() && reward.gains().get(0).get(1).isNaN());
        assertEquals(0.115, reward.dataSetRewards()[1], 1e-12);
        assertEquals(0.01, reward.dataSetRewards()[0], 1e-12);
        assertEquals("step 0, data set 1, repeat 1", end.baseline(), "the lower median of the two that are left");
    }

    @Test
    void aStepFailsWhenAllRepeatsOfADataSetDo() {
        String message = assertThrows(IllegalStateException.class,
                () -> loop(new ArrayList<>(), Set.of("1/0", "1/1", "1/2")).run(SoarState.start("base"))).getMessage();
        assertEquals("soar: step 0, data set 1: all 3 students failed; the step cannot be rewarded", message);
    }
}
