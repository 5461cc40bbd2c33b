package org.soarj.soar.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.soarj.rl.Problem;
import org.soarj.soar.actor.StudentTraining.ProblemSource;
import org.soarj.tensor.Rng;

class MixingTest {
    private static final List<Problem> SYNTHETIC = problems("synthetic", 6);
    private static final List<Problem> HARD = problems("hard", 9);

    private static List<Problem> problems(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> new Problem(name + i, name + " question " + i, "1")).toList();
    }

    private static List<Problem> draw(ProblemSource source, int from, int to, int size) {
        List<Problem> drawn = new ArrayList<>();
        IntStream.range(from, to).forEach(step -> drawn.addAll(source.batch(step, size)));
        return drawn;
    }

    @Test
    void aCurriculumSwitchesFromSyntheticToHardAtItsStep() {
        ProblemSource source = new Mixing.Curriculum(3).source(SYNTHETIC, HARD, Rng.of(1));
        assertTrue(SYNTHETIC.containsAll(source.batch(0, 4)));
        assertTrue(SYNTHETIC.containsAll(source.batch(1, 4)));
        assertTrue(SYNTHETIC.containsAll(source.batch(2, 4)));
        assertEquals(Set.copyOf(HARD), new HashSet<>(draw(source, 3, 6, 3)));
    }

    @Test
    void aCurriculumOfNoStepsIsHardAlone() {
        assertTrue(HARD.containsAll(new Mixing.Curriculum(0).source(SYNTHETIC, HARD, Rng.of(1)).batch(0, 9)));
    }

    @Test
    void throughoutMeansEveryProblemOfBothOnceInAPass() {
        ProblemSource source = new Mixing.Throughout().source(SYNTHETIC, HARD, Rng.of(1));
        Set<Problem> both = new HashSet<>(SYNTHETIC);
        both.addAll(HARD);
        assertEquals(both, new HashSet<>(draw(source, 0, 5, 3)));
        List<Problem> second = draw(source, 5, 10, 3);
        assertEquals(both, new HashSet<>(second));
        assertTrue(second.subList(0, 9).stream().anyMatch(SYNTHETIC::contains), "the two are shuffled together");
    }

    @Test
    void withoutSyntheticProblemsEveryMixingIsTheSameHardOnly() {
        List<Problem> throughout = draw(new Mixing.Throughout().source(List.of(), HARD, Rng.of(1)), 0, 4, 5);
        assertTrue(HARD.containsAll(throughout));
        assertEquals(throughout, draw(new Mixing.Curriculum(3).source(List.of(), HARD, Rng.of(1)), 0, 4, 5));
    }

    @Test
    void theSameSeedMixesAlike() {
        for (Mixing mixing : List.of(new Mixing.Throughout(), new Mixing.Curriculum(2))) {
            assertEquals(draw(mixing.source(SYNTHETIC, HARD, Rng.of(7)), 0, 6, 4),
                    draw(mixing.source(SYNTHETIC, HARD, Rng.of(7)), 0, 6, 4));
        }
    }
}
