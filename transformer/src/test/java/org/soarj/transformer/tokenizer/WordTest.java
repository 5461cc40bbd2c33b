package org.soarj.transformer.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.soarj.tensor.Rng;
import tools.jackson.databind.json.JsonMapper;

class WordTest {
    /** Random merges over the letters a, b and c; pairs of pairs, so that merges compete and overlap. */
    private static Bpe randomModel(long seed) {
        Rng rng = Rng.of(seed);
        List<String> tokens = new ArrayList<>(List.of("a", "b", "c"));
        List<List<String>> merges = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            List<String> pair = List.of(tokens.get(rng.nextInt(tokens.size())), tokens.get(rng.nextInt(tokens.size())));
            merges.add(pair);
            if (!tokens.contains(String.join("", pair))) {
                tokens.add(String.join("", pair));
            }
        }
        return model(tokens, merges);
    }

    private static Bpe model(List<String> tokens, List<List<String>> merges) {
        var mapper = new JsonMapper();
        var node = mapper.createObjectNode();
        var vocabulary = node.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.put(tokens.get(id), id);
        }
        node.set("merges", mapper.valueToTree(merges));
        return Bpe.read(new Json(Path.of("test"), null, "", node));
    }

    @Property
    void mergesAsTheDefinitionDoes(
            @ForAll long seed, @ForAll @Size(max = 40) List<@IntRange(min = 0, max = 2) Integer> letters) {
        Bpe model = randomModel(seed);
        String text = letters.stream().map(letter -> "abc".substring(letter, letter + 1)).reduce("", String::concat);
        assertEquals(byDefinition(model.merges(), letters), Fixtures.list(model.encode(text)));
    }

    /** Merges the leftmost pair of the lowest rank, one at a time, as long as there is one. */
    private static List<Integer> byDefinition(MergeTable merges, List<Integer> letters) {
        List<Integer> ids = new ArrayList<>(letters);
        while (true) {
            int best = -1;
            int bestRank = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < ids.size(); i++) {
                int rank = merges.rank(ids.get(i), ids.get(i + 1));
                if (rank != MergeTable.NONE && rank < bestRank) {
                    best = i;
                    bestRank = rank;
                }
            }
            if (best < 0) {
                return ids;
            }
            ids.remove(best);
            ids.set(best, merges.merged(bestRank));
        }
    }

    @Property(tries = 200)
    void aWordOfNCharactersQueuesFewerThan3NMerges(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 3000) int length) {
        Bpe model = randomModel(seed);
        Rng rng = Rng.of(seed).split("text");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append("abc".charAt(rng.nextInt(3)));
        }
        Word word = model.spell(text.toString());
        word.merge(model.merges());
        assertTrue(word.queued() < 3 * length, word.queued() + " for " + length);
    }

    @Test
    void aWordOfAMillionCharactersIsEncoded() {
        Bpe model = model(List.of("a", "aa", "aaaa"), List.of(List.of("a", "a"), List.of("aa", "aa")));
        assertEquals(250_000, model.encode("a".repeat(1_000_000)).length);
    }

    @Test
    void noMergeOfARealVocabularyIsLost() throws Exception {
        Path file = Fixtures.folder("gpt2-style").resolve("tokenizer.json");
        int merges = new JsonMapper().readTree(Files.readAllBytes(file)).get("model").get("merges").size();
        Bpe model = Bpe.read(Json.read(file).field("model"));
        var ranks = new TreeSet<Integer>();
        for (Json merge : Json.read(file).field("model").field("merges").items()) {
            String[] pair = merge.text().split(" ");
            ranks.add(model.merges().rank(model.vocabulary().get(pair[0]), model.vocabulary().get(pair[1])));
        }
        assertEquals(merges, ranks.size());
        assertEquals(merges - 1, ranks.last());
    }
}
