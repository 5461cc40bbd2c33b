package org.soarj.soar.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.RopeScaling;

/** What a run costs, against what the paper says of its own (SOAR sec. 3.3). */
class CostEstimateTest {
    private static final LlamaConfig LLAMA_3_2_3B = new LlamaConfig(128_256, 3072, 8192, 28, 24, 8, 128, 1e-5f, 500_000,
            new RopeScaling.None(), true, false, false, 131_072, 128_000, List.of(128_001));
    private static final CostEstimate.Lengths LONGEST = new CostEstimate.Lengths(100, 1024, 50, 512, 1);

    @Test
    void anOuterStepOfThePaperHasItsNumberOfRollouts() {
        CostEstimate paper = new CostEstimate(TrainConfig.paper(), LLAMA_3_2_3B, LONGEST, 1);
        CostEstimate.Work step = paper.step(10);
        assertEquals(256, step.documents());
        assertEquals(40_960, step.studentRollouts());
        assertEquals(17 * 64, step.gainAnswers());
        assertEquals(256 * 512 + (40_960 + 1088) * 1024, step.sampledTokens());
        assertEquals(40_960 * 1124 + 256 * 562, step.trainedTokens());
        assertEquals(40_960 * 1124 + 2 * 256 * 562, step.scoredTokens(), "references of students and teacher, and its own scores");
        assertEquals(200 * 40_960, paper.least().studentRollouts());
        assertEquals(200 * 81_920, paper.most().studentRollouts());
        assertEquals(step.sampledTokens() / 10 + (step.trainedTokens() + step.scoredTokens() / 3) / 5,
                paper.seconds(step, new CostEstimate.Rates(10, 5)), 1e-3);
    }

    @Test
    void rejectedDocumentsAreSampledAndNotLearnt() {
        CostEstimate all = new CostEstimate(TrainConfig.paper(), LLAMA_3_2_3B, LONGEST, 1);
        CostEstimate half = new CostEstimate(TrainConfig.paper(), LLAMA_3_2_3B, new CostEstimate.Lengths(100, 1024, 50, 512, .5), 1);
        assertEquals(512, half.step(10).documents());
        assertEquals(256 * 512, half.step(10).sampledTokens() - all.step(10).sampledTokens());
        assertEquals(all.step(10).trainedTokens(), half.step(10).trainedTokens());
    }

    @Test
    void weightsAreThoseOfTheModel() {
        assertEquals(3_212_749_824L, CostEstimate.weights(LLAMA_3_2_3B));
        LlamaConfig tiny = LlamaConfig.tiny(19, 16, 24, 2, 2, 32, 0, 1);
        assertEquals(Llama.initialise(tiny, Rng.of(1)).size(), CostEstimate.weights(tiny));
    }

    @Test
    void keptStudentsAndWorkersTakeTheirMemory() {
        LlamaConfig tiny = LlamaConfig.tiny(19, 16, 24, 2, 2, 128, 0, 1);
        CostEstimate one = new CostEstimate(TrainConfig.tiny(), tiny, LONGEST, 1);
        CostEstimate two = new CostEstimate(TrainConfig.tiny(), tiny, LONGEST, 2);
        long weights = 4 * CostEstimate.weights(tiny);
        assertEquals(8 * weights, one.memory().get("trained students"));
        assertEquals(4 * weights, two.memory().get("students in training") - one.memory().get("students in training"));
        assertEquals(0, new CostEstimate(TrainConfig.paper(), tiny, LONGEST, 1).memory().get("trained students"));
        assertTrue(one.memory().values().stream().allMatch(part -> part >= 0), one.memory().toString());
    }

    @Test
    void aStandInIsMeasuredWhereTheModelIsTooLarge() {
        try (Backend backend = new CpuBackend(1)) {
            LlamaConfig tiny = LlamaConfig.tiny(19, 16, 24, 2, 2, 128, 0, 1);
            RateProbe.Measured whole = new RateProbe(backend, TinySoar.config(2)).measure(tiny);
            assertTrue(whole.whole() && whole.layers() == 2 && whole.sequences() == 8, whole.toString());
            assertTrue(whole.rates().sampled() > 0 && whole.rates().trained() > 0);
            LlamaConfig wide = LlamaConfig.tiny(1_000_000, 128, 64, 3, 2, 64, 0, 1);
            RateProbe.Measured standIn = new RateProbe(backend, TinySoar.config(2)).measure(wide);
            assertTrue(!standIn.whole() && standIn.layers() == 1, standIn.toString());
        }
    }
}
