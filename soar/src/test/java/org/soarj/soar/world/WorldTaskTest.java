package org.soarj.soar.world;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.rl.Problem;
import org.soarj.rl.Score;
import org.soarj.soar.actor.Task;
import org.soarj.tensor.Rng;
import org.soarj.transformer.tokenizer.CharacterTokenizer;
import org.soarj.transformer.tokenizer.Tokenizer;

class WorldTaskTest {
    private static final int BOS = 0;
    private static final int EOS = 1;
    private static final int PAD = 2;

    private final World world = new LabelledChainWorld(LabelledChainSettings.DEFAULT);
    private final Problem problem = new Problem("p", "3a4b1", "3a4=7b1=8");

    @TempDir
    private Path dir;

    private Tokenizer tokenizer;
    private WorldTask worldTask;
    private Task task;

    @BeforeEach
    void writeTokenizer() {
        CharacterTokenizer.write(dir, world.alphabet(), "<s>", "</s>", "<pad>");
        tokenizer = Tokenizer.load(dir);
        worldTask = new WorldTask(world, tokenizer);
        task = worldTask.task();
    }

    @Test
    void aPromptIsTheBeginAndThenTheStudentPrompt() {
        int[] ids = task.format().prompt(problem);
        assertEquals(BOS, ids[0]);
        assertEquals(1 + "Q3a4b1A".length(), ids.length);
        assertEquals("Q3a4b1A", tokenizer.decode(ids, true));
        assertEquals("<s>Q3a4b1A", tokenizer.decode(ids, false));
    }

    @Test
    void theTeachersPromptIsTheBeginAndThenTheQuestionMark() {
        assertArrayEquals(new int[] {BOS, tokenizer.idOf("Q").orElseThrow()}, task.teacherPrompt());
    }

    @Test
    void theTextOfACompletionLacksSpecialTokens() {
        int[] seven = tokenizer.encode("7.", false);
        assertEquals("7.", task.format().completion(new int[] {PAD, seven[0], BOS, seven[1], EOS}));
        assertEquals("", task.format().completion(new int[] {EOS}));
    }

    @Test
    void onlyTheFinishedTruthIsRight() {
        assertJudged(true, "3a4=7b1=8.");
        assertJudged(true, "3a4=7b1=8.Q");
        assertJudged(false, "3a4=7b1=9.");
        assertJudged(false, "8.");
        assertJudged(false, "3a4=7b1=8");
        assertJudged(false, "");
    }

    private void assertJudged(boolean right, String completion) {
        assertEquals(right, task.judge().correct(problem, completion), completion);
        double value = right ? 1 : 0;
        assertEquals(new Score.Scored(value, right ? "correct" : "wrong", Map.of("verified", value)),
                task.reward().score(problem, completion));
    }

    @Test
    void aDocumentStandsBetweenBeginAndEndAndUsesNoOtherSpecialToken() {
        Rng rng = Rng.of(5);
        for (int i = 0; i < 50; i++) {
            String text = world.document(rng);
            int[] ids = worldTask.document(text);
            assertEquals(BOS, ids[0]);
            assertEquals(EOS, ids[ids.length - 1]);
            int[] inner = Arrays.copyOfRange(ids, 1, ids.length - 1);
            assertTrue(Arrays.stream(inner).allMatch(id -> id > PAD), text);
            assertEquals(text, tokenizer.decode(inner, false));
        }
    }

    @Test
    void aDocumentGoesOnWhereAPromptStops() {
        int[] prompt = task.format().prompt(problem);
        int[] document = worldTask.document("Q3a4b1A3a4=7b1=8.");
        assertArrayEquals(prompt, Arrays.copyOf(document, prompt.length));
    }

    @Test
    void completionsStopAtTheEndOfADocumentOrOfASequence() {
        assertEquals(Set.of(EOS, tokenizer.idOf(".").orElseThrow()), worldTask.stopIds());
    }

    @Test
    void theFilterIsTheWorldsOwn() {
        assertTrue(task.filter().parse("3a4A3a4=9.").isPresent());
        assertFalse(task.filter().parse("3a4A3a4=7").isPresent());
    }
}
