package org.soarj.soar.experiment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.soarj.rl.Problem;
import org.soarj.soar.QuestionSet;
import org.soarj.soar.Teacher;
import org.soarj.soar.TeacherDocument;
import org.soarj.soar.world.DocumentClass;
import org.soarj.soar.world.World;
import org.soarj.tensor.Rng;
import org.soarj.transformer.Llama;

/**
 * Where the synthetic questions of each arm come from.
 *
 * @param ground what all arms share
 * @param settings how many
 */
record Questions(Ground ground, ExperimentSettings settings) {
    /** Draws of {@link ExperimentSettings#questions()} that a class of questions may cost before its arm goes without. */
    private static final int DRAWS = 40;

    /** The questions of an arm, empty where there are none: a run without promotions has no promotion questions. */
    List<Problem> of(Arm arm, Teachers.Trained teacher, Rng rng) throws IOException {
        return switch (arm) {
            case BASE, HARD_ONLY, HARD_ONLY_4X, GROUNDED_T_INFERENCE, PS -> List.of();
            case PQ -> teacher.promotionQuestions();
            case REAL_FULL -> ground.real();
            case REAL -> drawn(rng);
            case BASE_T, INTRINSIC_T, GROUNDED_T, GROUNDED_T_NO_PROMOTION -> written(teacher.model(), _ -> true, rng);
            case GROUNDED_T_CORRECT -> written(teacher.model(), DocumentClass::correct, rng);
            case GROUNDED_T_WRONG -> written(teacher.model(), kind -> kind.wellPosed() && !kind.correct(), rng);
            case GROUNDED_T_ILL_POSED -> written(teacher.model(), kind -> !kind.wellPosed(), rng);
        };
    }

    private List<Problem> drawn(Rng rng) {
        int[] order = IntStream.range(0, ground.real().size()).toArray();
        rng.shuffle(order);
        return IntStream.of(order).limit(settings.questions()).mapToObj(ground.real()::get).toList();
    }

    /** What the teacher writes, of that what is wanted, in the order it was written. */
    private List<Problem> written(Llama model, Predicate<DocumentClass> wanted, Rng rng) {
        Teacher teacher = ground.writing().teacher(ground.backend(), model);
        List<Problem> questions = new ArrayList<>();
        for (int draw = 0; questions.size() < settings.questions() && draw < DRAWS; draw++) {
            List<TeacherDocument> documents = teacher.propose(settings.questions(), rng.split("draw", draw)).documents();
            QuestionSet.partition(draw, documents, documents.size()).getFirst().problems().stream()
                    .filter(problem -> kindIs(problem, wanted)).limit(settings.questions() - questions.size())
                    .forEach(questions::add);
        }
        return questions.size() < settings.questions() ? List.of() : questions;
    }

    private boolean kindIs(Problem problem, Predicate<DocumentClass> wanted) {
        return ground.world().isEmpty() || wanted.test(ground.world().map((World world) -> world.classify(problem)).orElseThrow());
    }
}
