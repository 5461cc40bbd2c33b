package org.soarj.soar.rloo;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.soarj.rl.ExactReward;
import org.soarj.rl.PaperReward;
import org.soarj.rl.Problem;
import org.soarj.rl.verify.MathVerifier;
import org.soarj.soar.actor.MathTask;
import org.soarj.soar.actor.Task;
import org.soarj.soar.actor.TeacherTurns;
import org.soarj.soar.world.LabelledChainSettings;
import org.soarj.soar.world.LabelledChainWorld;
import org.soarj.soar.world.World;
import org.soarj.soar.world.WorldTask;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.tokenizer.Tokenizer;

/**
 * A task that settings can name, for a model and its tokenizer.
 *
 * @param stopIds tokens that end a completion
 * @param turns how a teacher is asked for question and answer apart
 * @param world where the truth is known, or empty
 */
public record NamedTask(Task task, Set<Integer> stopIds, TeacherTurns turns, Optional<World> world) {

    /**
     * @param directory of the model, with its tokenizer
     * @param config of the same model
     */
    public static NamedTask of(RlooConfig.TaskName name, RlooConfig.RewardName reward, Path directory, LlamaConfig config) {
        Tokenizer tokenizer = Tokenizer.load(directory);
        return switch (name) {
            case MATH -> {
                MathVerifier verifier = MathVerifier.withDefaults();
                MathTask math = new MathTask(tokenizer, verifier);
                Set<Integer> stopIds = MathTask.stopIds(config, tokenizer);
                yield new NamedTask(math.task(reward == RlooConfig.RewardName.PAPER ? new PaperReward(verifier)
                        : new ExactReward(verifier)), stopIds, math.turns(stopIds), Optional.empty());
            }
            case CHAIN -> {
                World world = new LabelledChainWorld(LabelledChainSettings.DEFAULT);
                WorldTask chain = new WorldTask(world, tokenizer);
                yield new NamedTask(chain.task(), chain.stopIds(), chain.turns(), Optional.of(world));
            }
        };
    }

    /**
     * Refuses problems whose prompt fills the model's context, before anything is sampled.
     *
     * @throws IllegalArgumentException naming the first of them and how many there are
     */
    public static void requireRoom(Task task, Llama model, List<Problem> problems) {
        int context = model.rope().length();
        String first = null;
        int count = 0;
        for (Problem problem : problems) {
            int tokens = task.format().prompt(problem).length;
            if (tokens >= context) {
                first = first == null ? problem.id() + " (" + tokens + " tokens)" : first;
                count++;
            }
        }
        if (count > 0) {
            throw new IllegalArgumentException("the prompts of " + count + " of " + problems.size() + " problems leave no room for "
                    + "an answer in the model's context of " + context + " tokens, first " + first + "; remove these problems");
        }
    }
}
