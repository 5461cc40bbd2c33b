package org.soarj.soar.actor;

import java.util.List;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
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

    public LlamaStudents(Backend backend, Task task, StudentTraining training, Gain gain) {
        this.backend = backend;
        this.task = task;
        this.training = training;
        this.gain = gain;
    }

    @Override
    public InnerResult<Llama> run(InnerJob<Llama> job) {
        ProblemStream stream = new ProblemStream(job.questions().problems(), job.rng().split("order"));
        Llama student = training.train(backend, task, job.baseline(), (step, size) -> stream.batch(size),
                job.innerSteps(), job.rng(), (step, report) -> { });
        return new InnerResult<>(accuracy(student, job.rewardQuestions(), job.rng().split("gain")), student);
    }

    @Override
    public double accuracy(Llama student, List<Problem> questions, Rng rng) {
        Policy policy = training.policy(backend, student, task);
        return gain.accuracy(policy, questions, task.judge(), rng);
    }
}
