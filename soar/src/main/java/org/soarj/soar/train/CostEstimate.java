package org.soarj.soar.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.soarj.soar.SoarSettings;
import org.soarj.soar.actor.LlamaStudents;
import org.soarj.transformer.LlamaConfig;

/**
 * What a SOAR run is about to cost: rollouts and tokens by its settings, memory by the sizes of the model, time by rates that
 * were measured on a machine.
 *
 * @param model sizes of the model to train
 * @param lengths of prompts and completions
 * @param workers inner loops that run at a time
 */
public record CostEstimate(TrainConfig config, LlamaConfig model, Lengths lengths, int workers) {
    private static final int FLOAT_BYTES = 4;
    /** Weights, gradient and two moments. */
    private static final int TRAINED_COPIES = 4;

    /**
     * Mean tokens; completions as measured, or the limits of the settings for an upper bound.
     *
     * @param acceptRate share of the teacher's documents that its filter accepts
     */
    public record Lengths(double studentPrompt, double studentCompletion, double teacherPrompt, double teacherDocument,
                          double acceptRate) {}

    /**
     * Tokens a second of the whole machine.
     *
     * @param sampled side by side, as rollouts are
     * @param trained forward and backward
     */
    public record Rates(double sampled, double trained) {}

    /**
     * Work of one outer step.
     *
     * @param documents the teacher's, rejected ones included
     * @param studentRollouts completions that students learn from, or that an intrinsic reward asks for
     * @param gainAnswers answers that measure the baseline and the students
     * @param sampledTokens completion tokens of all of these
     * @param scoredTokens tokens that go forward alone: reference scores
     * @param trainedTokens tokens that go forward and backward
     */
    public record Work(double documents, long studentRollouts, long gainAnswers, double sampledTokens, double scoredTokens,
                       double trainedTokens) {
        private Work times(double factor) {
            return new Work(documents * factor, Math.round(studentRollouts * factor), Math.round(gainAnswers * factor),
                    sampledTokens * factor, scoredTokens * factor, trainedTokens * factor);
        }
    }

    /** The work of an outer step whose students take this many steps. */
    public Work step(int innerSteps) {
        SoarSettings loop = config.loop();
        boolean grounded = config.teacherReward().grounded();
        long students = (long) loop.dataSets() * loop.repeats();
        double documents = loop.documents() / lengths.acceptRate;
        long rollouts = grounded ? students * innerSteps * config.student().batch() * config.student().group()
                : (long) loop.documents() * config.teacherReward().samples();
        long answers = grounded ? (students + 1) * loop.rewardQuestions() * config.gain().answers() : 0;
        double trained = grounded ? rollouts * (lengths.studentPrompt + lengths.studentCompletion) : 0;
        double taught = loop.documents() * (lengths.teacherPrompt + lengths.teacherDocument);
        double scored = (config.student().klBeta() > 0 ? trained : 0) + (config.teacher().klBeta() > 0 ? 2 : 1) * taught;
        return new Work(documents, rollouts, answers,
                documents * lengths.teacherDocument + (rollouts + answers) * lengths.studentCompletion, scored, trained + taught);
    }

    /** The work of the whole run if nobody is promoted; every promotion lengthens the inner loops that come after it. */
    public Work least() {
        return step(config.loop().inner().steps()).times(config.loop().outerSteps());
    }

    /** The work of the whole run if its inner loops were all as long as they can become. */
    public Work most() {
        return step(config.loop().inner().cap()).times(config.loop().outerSteps());
    }

    /** Seconds that work takes at these rates; a forward pass is a third of a forward and backward pass. */
    public double seconds(Work work, Rates rates) {
        return work.sampledTokens / rates.sampled + (work.trainedTokens + work.scoredTokens / 3) / rates.trained;
    }

    /** Number of weights. */
    public static long weights(LlamaConfig model) {
        long tables = (long) model.vocabSize() * model.hiddenSize() * (model.tieWordEmbeddings() ? 1 : 2);
        return tables + model.hiddenSize() + model.layers() * block(model);
    }

    /** Multiply-adds of a token in the matrix products of a forward pass, which is what a token costs but for attention. */
    public static long multiplyAdds(LlamaConfig model) {
        return (long) model.vocabSize() * model.hiddenSize() + model.layers() * block(model);
    }

    private static long block(LlamaConfig model) {
        long attention = 2L * model.hiddenSize() * model.headDim() * (model.heads() + model.kvHeads());
        return attention + 3L * model.hiddenSize() * model.intermediateSize() + 2L * model.hiddenSize();
    }

    /** Bytes by what they hold. */
    public Map<String, Long> memory() {
        long weights = FLOAT_BYTES * weights(model);
        SoarSettings loop = config.loop();
        boolean grounded = config.teacherReward().grounded();
        int side = Math.max(1, workers);
        Map<String, Long> memory = new LinkedHashMap<>();
        memory.put("model", weights);
        memory.put("promoted student", loop.promotion().enabled() ? weights : 0);
        memory.put("teacher, gradient and moments", TRAINED_COPIES * weights);
        memory.put("students in training", grounded ? side * TRAINED_COPIES * weights : 0);
        boolean kept = config.jobs().keep() == LlamaStudents.Keeping.WEIGHTS;
        memory.put("trained students", grounded && kept ? (long) loop.dataSets() * loop.repeats() * weights : 0);
        long sequences = Math.min(config.parallel(), (long) config.student().batch() * config.student().group());
        double longest = Math.min(model.maxPositions(), Math.max(lengths.studentPrompt + config.student().maxTokens(),
                lengths.teacherPrompt + config.teacher().maxTokens()));
        memory.put("keys and values", (long) (side * sequences * longest * 2 * model.layers() * model.kvHeads() * model.headDim()
                * FLOAT_BYTES));
        memory.put("activations", side * activations());
        return memory;
    }

    /** Activations of one forward and backward pass; all of a layer, or its input alone, and the scores with their gradient. */
    private long activations() {
        TrainConfig.Optimiser optimiser = config.student().optimiser();
        long perLayer = 8L * model.hiddenSize() + 2L * model.kvHeads() * model.headDim() + 4L * model.intermediateSize();
        long layers = optimiser.checkpointing() ? (long) model.layers() * model.hiddenSize() + 2 * perLayer
                : model.layers() * perLayer;
        return FLOAT_BYTES * (long) optimiser.microBatchTokens() * (layers + 2L * model.vocabSize());
    }
}
