package org.soarj.soar.experiment;

import java.util.ArrayList;
import java.util.List;
import org.soarj.rl.Problem;
import org.soarj.soar.actor.ProblemStream;
import org.soarj.soar.actor.StudentTraining;
import org.soarj.tensor.Rng;

/** How synthetic and hard problems share the steps of a training run (SOAR sec. 8). */
public sealed interface Mixing {

    /** The problems of each step; without synthetic ones, the hard ones alone. */
    default StudentTraining.ProblemSource source(List<Problem> synthetic, List<Problem> hard, Rng rng) {
        if (synthetic.isEmpty()) {
            ProblemStream alone = new ProblemStream(hard, rng.split("hard"));
            return (step, size) -> alone.batch(size);
        }
        return mixed(synthetic, hard, rng);
    }

    StudentTraining.ProblemSource mixed(List<Problem> synthetic, List<Problem> hard, Rng rng);

    /** Both together throughout, uniformly over the concatenated list. */
    record Throughout() implements Mixing {
        @Override
        public StudentTraining.ProblemSource mixed(List<Problem> synthetic, List<Problem> hard, Rng rng) {
            List<Problem> all = new ArrayList<>(synthetic);
            all.addAll(hard);
            ProblemStream stream = new ProblemStream(all, rng.split("mixed"));
            return (step, size) -> stream.batch(size);
        }
    }

    /**
     * Synthetic problems alone at first, then hard ones alone.
     *
     * @param steps steps on synthetic problems
     */
    record Curriculum(int steps) implements Mixing {
        @Override
        public StudentTraining.ProblemSource mixed(List<Problem> synthetic, List<Problem> hard, Rng rng) {
            ProblemStream first = new ProblemStream(synthetic, rng.split("synthetic"));
            ProblemStream then = new ProblemStream(hard, rng.split("hard"));
            return (step, size) -> (step < steps ? first : then).batch(size);
        }
    }
}
