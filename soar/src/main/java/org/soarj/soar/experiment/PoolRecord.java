package org.soarj.soar.experiment;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.soarj.rl.Problem;
import org.soarj.soar.actor.Embedder;
import org.soarj.soar.measure.CosineDistance;
import org.soarj.soar.measure.MeanDeviation;
import org.soarj.soar.measure.Taxonomy;
import org.soarj.soar.measure.VendiScore;
import org.soarj.soar.world.World;
import org.soarj.tensor.Rng;

/**
 * The questions of an arm, and what they are like.
 *
 * @param arm the arm's name
 * @param teacher number of the teacher or the draw
 * @param questions the pool
 * @param diversity how different they are, null for fewer than two
 * @param taxonomy what they really are, null where nobody knows
 */
public record PoolRecord(String arm, int teacher, List<Problem> questions, Diversity diversity, Taxonomy taxonomy) {

    /**
     * @param vendi Vendi score of random subsets (SOAR Table 1)
     * @param cosineDistance mean over pairs
     */
    public record Diversity(MeanDeviation vendi, double cosineDistance) {
        /** Of embeddings (N,C), N at least 2. */
        static Diversity of(double[][] rows, ExperimentSettings settings, Rng rng) {
            return new Diversity(VendiScore.subsampled(rows, Math.min(settings.vendiSubset(), rows.length), settings.vendiSubsets(), rng),
                    CosineDistance.meanPairwise(rows));
        }
    }

    /** Measures a pool. */
    static PoolRecord of(Arm arm, int teacher, List<Problem> questions, Embedder embedder,
            ExperimentSettings settings, Optional<World> world, Rng rng) {
        Diversity diversity = questions.size() < 2 ? null : Diversity.of(embedder.rows(questions), settings, rng);
        Taxonomy taxonomy = world.filter(_ -> !questions.isEmpty())
                .map(known -> Taxonomy.of(questions.stream().map(known::classify).toList())).orElse(null);
        return new PoolRecord(arm.spelled(), teacher, questions, diversity, taxonomy);
    }

    /** The line of metrics.jsonl, stage {@code pool}. */
    Map<String, Object> line() {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("stage", "pool");
        line.put("step", teacher);
        line.put("pool", arm);
        line.put("seed", String.valueOf(teacher));
        line.put("questions", questions.size());
        if (diversity != null) {
            line.put("vendi/mean", diversity.vendi().mean());
            line.put("vendi/deviation", diversity.vendi().deviation());
            line.put("cosine_distance", diversity.cosineDistance());
        }
        if (taxonomy != null) {
            line.putAll(taxonomy.metrics());
        }
        return line;
    }
}
