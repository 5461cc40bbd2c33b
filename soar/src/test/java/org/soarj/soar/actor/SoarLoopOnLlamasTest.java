package org.soarj.soar.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.autograd.optim.Schedule;
import org.soarj.soar.InnerSchedule;
import org.soarj.soar.MedianRule;
import org.soarj.soar.PromotionRule;
import org.soarj.soar.SoarEvents;
import org.soarj.soar.SoarLoop;
import org.soarj.soar.SoarSettings;
import org.soarj.soar.SoarState;
import org.soarj.soar.StepReport;
import org.soarj.tensor.Rng;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.transformer.Llama;

/** The whole method with its real actors, small enough to run several times over. */
class SoarLoopOnLlamasTest {
    /** Promotes after every second step, whatever the gain, so that both kinds of step occur. */
    private static final SoarSettings SETTINGS = new SoarSettings(
            2, 1, 3, 2, 4, 3, new InnerSchedule(2, 1, 3), new PromotionRule(true, -2, 2, MedianRule.LOWER, true));

    @TempDir
    private Path dir;

    private TinyTask tiny;

    @BeforeEach
    void writeTokenizer() {
        tiny = new TinyTask(dir);
    }

    /** All that a run leaves behind: reports without the clock, weights as bits. */
    private record Outcome(List<Map<String, String>> metrics, List<String> questions, SoarState<List<Integer>> end,
                           List<Integer> teacher) {}

    private Outcome run(long seed, int threads) {
        List<StepReport> reports = new ArrayList<>();
        SoarEvents<Llama> events = new SoarEvents<>() {
            @Override
            public void stepDone(StepReport report, SoarState<Llama> next) {
                reports.add(report);
            }
        };
        try (CpuBackend backend = new CpuBackend(threads)) {
            Llama base = tiny.llama(1);
            LlamaTeacher teacher = new LlamaTeacher(backend, base.copy(), tiny.task(), tiny.sampling(),
                    new LlamaTeacher.Settings(Schedule.constant(0.01), TinyTask.OPTIMISER));
            LlamaStudents students =
                    new LlamaStudents(backend, tiny.task(), tiny.training(), new Gain.Sampled(4));
            SoarState<Llama> end = new SoarLoop<>(SETTINGS, tiny.problems(12), teacher, students, students, events,
                    Rng.of(seed)).run(SoarState.start(base));
            return new Outcome(
                    reports.stream().map(SoarLoopOnLlamasTest::withoutTime).toList(),
                    reports.stream().flatMap(report -> report.sets().stream()).map(Object::toString).toList(),
                    new SoarState<>(end.step(), TinyTask.bits(end.baseline()), end.window(), end.promotionQuestions()),
                    TinyTask.bits(teacher.model()));
        }
    }

    private static Map<String, String> withoutTime(StepReport report) {
        Map<String, String> line = new TreeMap<>();
        report.metrics().forEach((name, value) -> {
            if (!name.startsWith("time/")) {
                line.put(name, value instanceof double[] numbers ? List.of(numbers[0], numbers[1]).toString()
                        : value.toString());
            }
        });
        return line;
    }

    @Test
    void twoRunsOfASeedAgreeToTheLastBitForAnyNumberOfThreads() {
        Outcome one = run(1, 1);
        assertEquals(one, run(1, 1));
        assertEquals(one, run(1, 2));
        Outcome other = run(2, 1);
        assertNotEquals(one.metrics(), other.metrics());
        assertNotEquals(one.questions(), other.questions());
        assertNotEquals(one.teacher(), other.teacher());
    }

    @Test
    void aRunMovesTeacherAndBaselineAndCountsWhatItDid() {
        Outcome outcome = run(1, 1);
        List<Integer> base = TinyTask.bits(tiny.llama(1));
        assertNotEquals(base, outcome.teacher(), "the teacher learned");
        assertNotEquals(base, outcome.end().baseline(), "a student was promoted");
        assertEquals(3, outcome.end().step());
        assertEquals(1, outcome.end().promotions());
        assertEquals(3 * 2, outcome.questions().size());
        assertEquals(List.of("2", "2", "3"),
                outcome.metrics().stream().map(line -> line.get("student/inner_steps")).toList());
        double accepted = Double.parseDouble(outcome.metrics().getFirst().get("teacher/accept_rate"));
        assertTrue(accepted > 0 && accepted < 1, "an untrained teacher is rejected now and then, got " + accepted);
    }
}
