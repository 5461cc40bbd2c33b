package org.soarj.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RopeTableTest {
    private static LlamaConfig config(int positions) {
        return new LlamaConfig(16, 8, 8, 1, 1, 1, 8, 1e-5f, 500_000, new RopeScaling.Llama3(32, 1, 4, 8192), true, false, false,
                positions, 0, List.of(1));
    }

    @Test
    void aTableThatGrewHasTheAnglesOfOneThatWasLongAtOnce() {
        RopeTable table = new RopeTable(config(20_000));
        float[] first = table.upTo(0).cos().toArray();
        assertTrue(first.length < 20_000 * 4, "all of a long context at once");
        for (int last : new int[] {1500, 12_345, 19_999}) {
            RopeTable.Angles grown = table.upTo(last);
            RopeTable.Angles whole = new RopeTable(config(20_000)).upTo(last);
            for (int i = 0; i <= last * 4 + 3; i++) {
                assertEquals(whole.cos().at(i), grown.cos().at(i));
                assertEquals(whole.sin().at(i), grown.sin().at(i));
            }
        }
        assertEquals(20_000, table.upTo(19_999).cos().rows());
        assertEquals((float) StrictMath.cos(12_345), table.upTo(19_999).cos().at(12_345 * 4));
    }

    @Test
    void aShortContextHasNoMoreThanItsPositions() {
        RopeTable table = new RopeTable(config(10));
        assertEquals(10, table.length());
        assertEquals(10, table.upTo(9).sin().rows());
    }
}
