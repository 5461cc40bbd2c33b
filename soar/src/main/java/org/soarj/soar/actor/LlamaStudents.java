package org.soarj.soar.actor;

import java.util.List;
import java.util.function.Supplier;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.rl.RlooStep;
import org.soarj.soar.InnerJob;
import org.soarj.soar.InnerLoop;
import org.soarj.soar.InnerResult;
import org.soarj.soar.StudentEvaluator;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;

/** Students that are Llamas: trains and measures them in this JVM. */
public final class LlamaStudents implements InnerLoop<Llama>, StudentEvaluator<Llama> {
    private final Backend backend;
    private final Task task;
    private final StudentTraining training;
    private final Gain gain;
    private final Keeping keeping;
    private final StepListener listener;

    /** What becomes of a trained student before it is known whether it is promoted. */
    public enum Keeping {
        /** It stays in memory: one copy of the weights for each student of an outer step. */
        WEIGHTS,
        /** It is trained again from its seed, to the same bits, should it be promoted. */
        SEED
    }

    /** Hears of every training step of every job, on the thread that runs the job. */
    @FunctionalInterface
    public interface StepListener {
        StepListener NONE = (job, step, report) -> { };

        /** The student of a job answered the questions that its gain is measured on. */
        default void measured(InnerJob<Llama> job, double seconds) {}

        /** @param step of the inner loop, from 0; a job that is tried again begins at 0 again */
        void step(InnerJob<Llama> job, int step, RlooStep report);
    }

    /** Keeps the weights and tells nobody. */
    public LlamaStudents(Backend backend, Task task, StudentTraining training, Gain gain) {
        this(backend, task, training, gain, Keeping.WEIGHTS, StepListener.NONE);
    }

    public LlamaStudents(Backend backend, Task task, StudentTraining training, Gain gain, Keeping keeping,
                         StepListener listener) {
        this.backend = backend;
        this.task = task;
        this.training = training;
        this.gain = gain;
        this.keeping = keeping;
        this.listener = listener;
    }

    @Override
    public InnerResult<Llama> run(InnerJob<Llama> job) {
        Llama student = train(job, listener);
        long start = System.nanoTime();
        double score = accuracy(student, job.rewardQuestions(), job.rng().split("gain"));
        listener.measured(job, (System.nanoTime() - start) / 1e9);
        Supplier<Llama> weights = switch (keeping) {
            case WEIGHTS -> () -> student;
            case SEED -> () -> train(job, StepListener.NONE);
        };
        return new InnerResult<>(score, weights);
    }

    private Llama train(InnerJob<Llama> job, StepListener heard) {
        ProblemStream stream = new ProblemStream(job.questions().problems(), job.rng().split("order"));
        return training.train(backend, task, job.baseline(), (step, size) -> stream.batch(size),
                job.innerSteps(), job.rng(), (step, report, _) -> heard.step(job, step, report));
    }

    @Override
    public double accuracy(Llama student, List<Problem> questions, Rng rng) {
        Policy policy = training.policy(backend, student, task);
        return gain.accuracy(policy, questions, task.judge(), rng);
    }

    @Override
    public int answersPerQuestion() {
        return gain.answers();
    }
}
