package org.soarj.soar.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.soarj.rl.Problem;
import org.soarj.soar.world.DocumentClass;
import org.soarj.soar.world.LabelledChainSettings;
import org.soarj.soar.world.LabelledChainWorld;
import org.soarj.soar.world.World;
import org.soarj.tensor.Rng;

class TaxonomyTest {
    private final World world = new LabelledChainWorld(LabelledChainSettings.DEFAULT);

    @Test
    void sharesAreOfAllQuestionsAndErrorsSumToOne() {
        Problem right = world.problem(2, Rng.of(1));
        DocumentClass correct = world.classify(right);
        DocumentClass wrong = world.classify(new Problem("w", "3a4", "3a4=8"));
        DocumentClass illPosed = world.classify(new Problem("i", "3ab", "3a4=7"));
        assertEquals(DocumentClass.Error.NONE, correct.error());
        assertEquals(DocumentClass.Error.ARITHMETIC, wrong.error());
        assertEquals(DocumentClass.Error.ILL_POSED, illPosed.error());
        Taxonomy taxonomy = Taxonomy.of(List.of(correct, wrong, illPosed, correct));
        assertEquals(4, taxonomy.questions());
        assertEquals(0.75, taxonomy.wellPosed());
        assertEquals(0.5, taxonomy.correct());
        assertEquals(0.25, taxonomy.metrics().get("error/arithmetic"));
        assertEquals(0.25, taxonomy.metrics().get("error/ill_posed"));
        assertEquals(1, taxonomy.errors().values().stream().mapToDouble(Double::doubleValue).sum(), 1e-12);
    }

    @Test
    void noQuestionsHaveNoShares() {
        assertThrows(IllegalArgumentException.class, () -> Taxonomy.of(List.of()));
    }
}
