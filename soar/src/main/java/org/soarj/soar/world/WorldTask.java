package org.soarj.soar.world;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.soarj.rl.Problem;
import org.soarj.rl.PromptFormat;
import org.soarj.rl.Score;
import org.soarj.soar.actor.Task;
import org.soarj.transformer.tokenizer.Tokenizer;

/** A {@link World} as a {@link Task} for models that read it through a character-level tokenizer. */
public final class WorldTask {
    private final World world;
    private final Tokenizer tokenizer;

    public WorldTask(World world, Tokenizer tokenizer) {
        this.world = world;
        this.tokenizer = tokenizer;
    }

    /** Prompts, filter, and a reward of 1 for an answer that equals the gold one and 0 for any other. */
    public Task task() {
        PromptFormat format = new PromptFormat() {
            @Override
            public int[] prompt(Problem problem) {
                return withBos(world.studentPrompt(problem.question()));
            }

            @Override
            public String completion(int[] ids) {
                return tokenizer.decode(ids, true);
            }
        };
        return new Task(format, withBos(world.teacherPrompt()), world.filter(), (problem, completion) -> {
            boolean right = right(problem, completion);
            return new Score.Scored(right ? 1 : 0, right ? "correct" : "wrong", Map.of("verified", right ? 1.0 : 0.0));
        }, this::right);
    }

    private boolean right(Problem problem, String completion) {
        return world.answer(completion).filter(problem.answer()::equals).isPresent();
    }

    /** One document of the corpus between the ids that begin and end a sequence. */
    public int[] document(String text) {
        int[] ids = withBos(text);
        int[] ended = Arrays.copyOf(ids, ids.length + 1);
        ended[ids.length] = tokenizer.eosId().orElseThrow();
        return ended;
    }

    /** Ids that end a completion: the end of a document, and the end of a sequence. */
    public Set<Integer> stopIds() {
        return Set.of(tokenizer.idOf("" + world.endOfDocument()).orElseThrow(), tokenizer.eosId().orElseThrow());
    }

    private int[] withBos(String text) {
        int[] ids = tokenizer.encode(text, false);
        int[] begun = new int[ids.length + 1];
        begun[0] = tokenizer.bosId().orElseThrow();
        System.arraycopy(ids, 0, begun, 1, ids.length);
        return begun;
    }
}
