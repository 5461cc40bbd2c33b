package org.soarj.transformer.infer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.soarj.tensor.Rng;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.transformer.Llama;

class ConversationTest {

    /** Turns over one cache give the bits of a fresh prefill of everything so far, and those of training. */
    @Property(tries = 25)
    void everyTurnHasTheNumbersOfAFreshPrefill(@ForAll long seed) {
        Rng rng = Rng.of(seed);
        Llama llama = TinyLlamas.draw(rng, 200);
        float temperature = rng.nextInt(2) == 0 ? 1f : 0.8f;
        Decoding decoding = Decoding.full(temperature);
        try (Backend backend = new CpuBackend(2); Conversation conversation = new Conversation(backend, llama)) {
            int[] ids = TinyLlamas.ids(rng, 1 + rng.nextInt(20));
            for (int turn = 0; turn < 4; turn++) {
                int max = 1 + rng.nextInt(15);
                Completion reply = conversation.reply(ids, decoding, max, Set.of(2), rng.split("turn", turn), TokenListener.NONE);
                Completion fresh;
                try (Conversation other = new Conversation(backend, llama)) {
                    fresh = other.reply(ids, decoding, max, Set.of(2), rng.split("turn", turn), TokenListener.NONE);
                    assertEquals(0, other.reused());
                }
                assertArrayEquals(fresh.ids(), reply.ids());
                assertArrayEquals(fresh.logProbs(), reply.logProbs());
                int[] whole = TinyLlamas.concatenated(ids, reply.ids());
                assertArrayEquals(TinyLlamas.trained(backend, llama, whole, ids.length, temperature), reply.logProbs());
                ids = TinyLlamas.concatenated(whole, TinyLlamas.ids(rng, 1 + rng.nextInt(20)));
            }
        }
    }

    @Example
    void onlyWhatIsNewIsRun() {
        Llama llama = TinyLlamas.draw(Rng.of(1), 100);
        try (Backend backend = new CpuBackend(1); Conversation conversation = new Conversation(backend, llama)) {
            int[] first = {1, 5, 7, 3};
            int[] reply = reply(conversation, first);
            int[] second = TinyLlamas.concatenated(TinyLlamas.concatenated(first, reply), new int[] {4, 4});
            reply(conversation, second);
            // All of the reply but its last token, which was chosen and never run.
            assertEquals(first.length + reply.length - 1, conversation.reused());
            // Another end of the first turn: only what both begin with is left.
            reply(conversation, new int[] {1, 5, 8, 3, 3, 3});
            assertEquals(2, conversation.reused());
            reply(conversation, new int[] {1, 5, 8});
            assertEquals(2, conversation.reused(), "the last token is run again for its hidden state");
            reply(conversation, new int[] {9});
            assertEquals(0, conversation.reused());
        }
    }

    private static int[] reply(Conversation conversation, int[] ids) {
        return conversation.reply(ids, Decoding.full(1), 6, Set.of(), Rng.of(2), TokenListener.NONE).ids();
    }

    @Example
    void aListenerEndsAReplyAndTheConversationGoesOn() {
        Llama llama = TinyLlamas.draw(Rng.of(1), 100);
        try (Backend backend = new CpuBackend(1); Conversation conversation = new Conversation(backend, llama)) {
            int[] seen = {0};
            Completion reply = conversation.reply(new int[] {1, 2}, Decoding.full(0), 20, Set.of(), Rng.of(1), id ->
                    ++seen[0] == 3 ? Optional.of(Completion.Finish.INTERRUPTED) : Optional.empty());
            assertEquals(Completion.Finish.INTERRUPTED, reply.finish());
            assertEquals(3, reply.ids().length);
            int[] whole = TinyLlamas.concatenated(new int[] {1, 2}, reply.ids());
            assertEquals(6, reply(conversation, whole).length);
            assertEquals(4, conversation.reused());
        }
    }

    @Example
    void aConversationThatFillsTheContextIsRefused() {
        Llama llama = TinyLlamas.draw(Rng.of(1), 32);
        try (Backend backend = new CpuBackend(1); Conversation conversation = new Conversation(backend, llama)) {
            String message = assertThrows(ShapeException.class, () -> reply(conversation, new int[32])).getMessage();
            assertTrue(message.contains("has 32 tokens, the context ends at 32"), message);
            Completion last = conversation.reply(new int[30], Decoding.full(1), 9, Set.of(), Rng.of(1), TokenListener.NONE);
            assertEquals(Completion.Finish.LENGTH, last.finish());
            assertEquals(2, last.ids().length);
        }
    }

    /** Prompts in chunks of any size, alone or together, fill the cache with the same numbers. */
    @Property(tries = 25)
    void chunksChangeNoBit(@ForAll long seed) {
        Rng rng = Rng.of(seed);
        Llama llama = TinyLlamas.draw(rng, 100);
        List<int[]> prompts = List.of(TinyLlamas.ids(rng, 1 + rng.nextInt(60)), TinyLlamas.ids(rng, 1 + rng.nextInt(30)),
                TinyLlamas.ids(rng, 1 + rng.nextInt(10)));
        try (Backend backend = new CpuBackend(2)) {
            float[] whole = lastStates(backend, llama, prompts, 1000);
            assertArrayEquals(whole, lastStates(backend, llama, prompts, 1 + rng.nextInt(20)));
            for (int p = 0; p < prompts.size(); p++) {
                float[] alone = lastStates(backend, llama, prompts.subList(p, p + 1), 1 + rng.nextInt(70));
                assertArrayEquals(Arrays.copyOfRange(whole, p * alone.length, (p + 1) * alone.length), alone);
            }
        }
    }

    private static float[] lastStates(Backend backend, Llama llama, List<int[]> prompts, int chunk) {
        int[] slots = new int[prompts.size()];
        Arrays.setAll(slots, i -> i);
        try (KvCache cache = new KvCache(backend, llama.config(), slots.length, 100)) {
            return new Prefill(backend, llama, chunk).run(prompts, slots, new int[slots.length], cache).toArray();
        }
    }
}
