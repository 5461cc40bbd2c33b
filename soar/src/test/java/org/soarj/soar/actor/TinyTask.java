package org.soarj.soar.actor;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.soarj.autograd.Parameter;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.rl.Score;
import org.soarj.soar.TeacherOutputFilter;
import org.soarj.soar.world.LabelledChainSettings;
import org.soarj.soar.world.LabelledChainWorld;
import org.soarj.soar.world.WorldTask;
import org.soarj.tensor.Rng;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.tokenizer.CharacterTokenizer;
import org.soarj.transformer.tokenizer.Tokenizer;

/**
 * A task that an untrained Llama meets now and then: right is any answer that comes to its end. So rewards vary, students
 * and teacher move, and no test needs a trained model.
 */
public final class TinyTask {
    /** No weight decay: weights move by gradients alone. */
    public static final AdamW.Settings OPTIMISER = new AdamW.Settings(0.9, 0.999, 1e-8, 0, 1);

    private final Tokenizer tokenizer;
    private final WorldTask worldTask;

    /** @param dir an empty folder for the tokenizer's files */
    public TinyTask(Path dir) {
        LabelledChainWorld world = new LabelledChainWorld(LabelledChainSettings.DEFAULT);
        CharacterTokenizer.write(dir, world.alphabet(), "<s>", "</s>", "<pad>");
        tokenizer = Tokenizer.load(dir);
        worldTask = new WorldTask(world, tokenizer);
    }

    /** Prompts of the labelled chain world, a question in whatever came to its end, and a reward for coming to it. */
    public Task task() {
        Task strict = worldTask.task();
        TeacherOutputFilter ended = completion -> completion.indexOf('.') > 0
                ? Optional.of(new Problem("proposed", completion.substring(0, completion.indexOf('.')), "any"))
                : Optional.empty();
        return new Task(strict.format(), strict.teacherPrompt(), ended, (problem, completion) -> {
            double value = completion.indexOf('.') < 0 ? 0 : 1;
            return new Score.Scored(value, value == 1 ? "ended" : "endless", Map.of("ended", value));
        }, (problem, completion) -> completion.indexOf('.') >= 0);
    }

    /** Questions and answers apart, as the world has them. */
    public TeacherTurns turns() {
        return worldTask.turns();
    }

    /** Short completions at temperature 1. */
    public Policy.Sampling sampling() {
        Set<Integer> stopIds = worldTask.stopIds();
        return new Policy.Sampling(12, 1f, stopIds, 32);
    }

    /** Two questions of four completions, at a rate that shows in one step. */
    public StudentTraining training() {
        return new StudentTraining(2, 4, 0.01, Schedule.Decay.CONSTANT, 0, 0.001, OPTIMISER, sampling());
    }

    /** One untrained block of width 16. */
    public Llama llama(long seed) {
        return Llama.initialise(
                LlamaConfig.tiny(tokenizer.vocabularySize(), 16, 32, 1, 2, 64, 0, 1), Rng.of(seed).split("weights"));
    }

    /** The ids of a text, nothing added. */
    public List<Integer> ids(String text) {
        return IntStream.of(tokenizer.encode(text, false)).boxed().toList();
    }

    /** The text of ids, special tokens left out. */
    public String text(List<Integer> ids) {
        return tokenizer.decode(ids.stream().mapToInt(Integer::intValue).toArray(), true);
    }

    /** Different questions of one step. */
    public List<Problem> problems(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Problem("p" + i, i % 10 + "a" + (1 + i / 10), "any")).toList();
    }

    /** All weights of a model, bit for bit, in a form with equality. */
    public static List<Integer> bits(Llama llama) {
        return llama.parameters().stream().map(Parameter::value)
                .flatMap(tensor -> IntStream.range(0, tensor.size())
                        .mapToObj(i -> Float.floatToRawIntBits(tensor.at(i))))
                .toList();
    }
}
