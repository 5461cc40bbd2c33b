package org.soarj.transformer.tokenizer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which pairs of tokens merge, in what order, into what: rank 0 merges first. */
final class MergeTable {
    static final int NONE = -1;

    private final Map<Long, Integer> rankOfPair = new HashMap<>();
    private final int[] mergedOfRank;

    private MergeTable(int size) {
        mergedOfRank = new int[size];
    }

    /**
     * Reads the list of merges, each as {@code "a b"} or {@code ["a", "b"]}.
     *
     * @param prefix length of the continuing_subword_prefix, which the right side loses in the merged token
     */
    static MergeTable read(Json json, Map<String, Integer> vocabulary, int prefix) {
        List<Json> items = json.items();
        MergeTable table = new MergeTable(items.size());
        for (int rank = 0; rank < items.size(); rank++) {
            Json item = items.get(rank);
            if (item.node().isString() && item.text().startsWith("#version")) {
                continue;
            }
            String[] pair = pair(item);
            int left = idOf(pair[0], vocabulary, item);
            int right = idOf(pair[1], vocabulary, item);
            if (pair[1].length() < prefix) {
                throw item.error("\"" + pair[1] + "\" is shorter than the continuing_subword_prefix");
            }
            table.mergedOfRank[rank] = idOf(pair[0] + pair[1].substring(prefix), vocabulary, item);
            table.rankOfPair.put(key(left, right), rank);
        }
        return table;
    }

    private static String[] pair(Json item) {
        String[] pair = item.node().isString()
                ? item.text().split(" ", -1)
                : item.items().stream().map(Json::text).toArray(String[]::new);
        if (pair.length != 2) {
            throw item.error("a merge must be \"a b\" or [\"a\", \"b\"], got " + pair.length + " parts");
        }
        return pair;
    }

    private static int idOf(String token, Map<String, Integer> vocabulary, Json item) {
        Integer id = vocabulary.get(token);
        if (id == null) {
            throw item.error("\"" + token + "\" is not in the vocabulary");
        }
        return id;
    }

    /** The rank at which two neighbours merge, or {@link #NONE}. */
    int rank(int left, int right) {
        return rankOfPair.getOrDefault(key(left, right), NONE);
    }

    /** The token that the merge of this rank gives. */
    int merged(int rank) {
        return mergedOfRank[rank];
    }

    private static long key(int left, int right) {
        return (long) left << 32 | right;
    }
}
