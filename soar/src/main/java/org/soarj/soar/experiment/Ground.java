package org.soarj.soar.experiment;

import java.util.List;
import java.util.Optional;
import org.soarj.rl.Problem;
import org.soarj.soar.Teacher;
import org.soarj.soar.actor.StudentTraining;
import org.soarj.soar.actor.Task;
import org.soarj.soar.world.World;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;

/**
 * What all arms of an experiment stand on.
 *
 * @param backend where kernels run
 * @param base the model that teachers and students start from; never trained in place
 * @param task how questions are put and judged
 * @param training how a student is trained, in every arm alike
 * @param writing how a teacher writes questions, in the SOAR runs and for the arms alike
 * @param train hard problems that students train on, and that gains are measured on
 * @param test hard problems that nobody trains on
 * @param real easier problems with true answers, for the arms that need them; may be empty
 * @param world knows the truth about any question, where there is such a thing
 */
public record Ground(Backend backend, Llama base, Task task, StudentTraining training, Writing writing,
                     List<Problem> train, List<Problem> test, List<Problem> real, Optional<World> world) {

    /** Makes a teacher of a model. */
    @FunctionalInterface
    public interface Writing {
        Teacher teacher(Backend backend, Llama model);
    }

    /** The same for another backend. */
    Ground on(Backend other) {
        return new Ground(other, base, task, training, writing, train, test, real, world);
    }
}
