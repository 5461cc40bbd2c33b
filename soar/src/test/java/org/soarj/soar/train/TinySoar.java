package org.soarj.soar.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.soarj.autograd.optim.Schedule;
import org.soarj.soar.InnerSchedule;
import org.soarj.soar.MedianRule;
import org.soarj.soar.PromotionRule;
import org.soarj.soar.SoarSettings;
import org.soarj.soar.StepReport;
import org.soarj.soar.actor.LlamaStudents;
import org.soarj.soar.actor.TinyTask;
import org.soarj.soar.rloo.NamedTask;
import org.soarj.soar.rloo.RlooConfig;
import org.soarj.soar.run.RunDirectory;
import org.soarj.soar.run.RunHeader;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.reference.ReferenceBackend;

/** A SOAR run small enough to be killed many times inside a test; a threshold below 0 promotes whenever the window is full. */
final class TinySoar {
    static final int STEPS = 8;

    private TinySoar() {}

    static TrainConfig config(int steps) {
        TrainConfig.Optimiser teacher =
                new TrainConfig.Optimiser(.005, Schedule.Decay.COSINE, 2, .9, .999, 1e-8, .01, 1, 4096, false);
        TrainConfig.Optimiser student =
                new TrainConfig.Optimiser(.01, Schedule.Decay.COSINE, 0, .9, .999, 1e-8, .01, 1, 4096, false);
        SoarSettings loop = new SoarSettings(2, 1, 2, 2, 3, steps, new InnerSchedule(1, 1, 2),
                new PromotionRule(true, -2, 3, MedianRule.LOWER, true));
        return new TrainConfig("tiny", "tiny", RlooConfig.TaskName.CHAIN, RlooConfig.RewardName.EXACT, 5, loop, 0,
                new TrainConfig.TeacherReward(TrainConfig.RewardKind.GROUNDED, 4),
                new TrainConfig.Measure(TrainConfig.MeasureKind.SAMPLED, 2), new TrainConfig.Teacher(12, 1, .01, 50, false, teacher),
                new TrainConfig.Student(2, 4, 10, 1, .001, student), 32, new TrainConfig.Jobs(2, LlamaStudents.Keeping.WEIGHTS),
                new TrainConfig.Logs(true, 1), new TrainConfig.Saving(1, 2));
    }

    /** The same settings with another reward of the teacher. */
    static TrainConfig rewarded(TrainConfig all, TrainConfig.RewardKind kind) {
        SoarSettings loop = new SoarSettings(2, 2, 2, 1, 3, all.loop().outerSteps(), all.loop().inner(), PromotionRule.NEVER);
        return new TrainConfig(all.model(), all.data(), all.task(), all.reward(), all.seed(), loop, 0,
                new TrainConfig.TeacherReward(kind, 4), all.gain(), all.teacher(), all.student(), all.parallel(), all.jobs(),
                all.logs(), all.checkpoints());
    }

    /** The same settings with another way to keep trained students. */
    static TrainConfig keeping(TrainConfig all, LlamaStudents.Keeping keep) {
        return new TrainConfig(all.model(), all.data(), all.task(), all.reward(), all.seed(), all.loop(), all.enoughPromotions(),
                all.teacherReward(), all.gain(), all.teacher(), all.student(), all.parallel(),
                new TrainConfig.Jobs(all.jobs().attempts(), keep), all.logs(), all.checkpoints());
    }

    /** The same settings with a teacher that writes question and answer apart. */
    static TrainConfig inTwoTurns(TrainConfig all) {
        TrainConfig.Teacher one = all.teacher();
        return new TrainConfig(all.model(), all.data(), all.task(), all.reward(), all.seed(), all.loop(), all.enoughPromotions(),
                all.teacherReward(), all.gain(), new TrainConfig.Teacher(one.maxTokens(), one.temperature(), one.klBeta(),
                one.attempts(), true, one.optimiser()), all.student(), all.parallel(), all.jobs(), all.logs(), all.checkpoints());
    }

    static SoarRun.Inputs inputs(Path tokenizer) throws IOException {
        Files.createDirectories(tokenizer);
        TinyTask tiny = new TinyTask(tokenizer);
        return new SoarRun.Inputs(tiny.llama(3), new NamedTask(tiny.task(), tiny.sampling().stopIds(), tiny.turns(), Optional.empty()),
                tiny.problems(5), tokenizer);
    }

    /** Starts the run in {@code directory}, or goes on with it, with {@code workers} students at a time. */
    static SoarRun.Result run(Path directory, Path tokenizer, TrainConfig config, int workers, TrainListener listener)
            throws IOException {
        try (Backend backend = new ReferenceBackend();
                RunDirectory run = RunDirectory.isRun(directory) ? RunDirectory.open(directory)
                        : RunDirectory.create(directory, "seed: 5\n", RunHeader.here(5, List.of(), Path.of(".")))) {
            List<Backend> each = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                each.add(new ReferenceBackend());
            }
            return new SoarRun(backend, each, config, inputs(tokenizer), listener).run(run);
        }
    }

    /** Hears nothing. */
    static class Quiet implements TrainListener {
        @Override
        public void start(double accuracy) {}

        @Override
        public void step(StepReport report) {}

        @Override
        public void promoted(int step, double accuracy, Path student) {}

        @Override
        public void saved(Path checkpoint) {}

        @Override
        public void resumed(int step) {}

        @Override
        public void warning(String message) {}
    }

    /** What the test starts in a JVM of its own, to kill it: run directory, folder for the tokenizer. */
    public static void main(String[] args) throws IOException {
        System.out.println("ready");
        run(Path.of(args[0]), Path.of(args[1]), config(STEPS), 2, new Quiet());
    }
}
