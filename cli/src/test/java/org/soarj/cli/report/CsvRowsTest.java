package org.soarj.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.soarj.soar.run.CsvTable;

class CsvRowsTest {

    @Property(tries = 300)
    void readsBackWhatTheRunWrites(@ForAll("rows") List<List<String>> rows) throws IOException {
        List<String> header = List.of("arm", "seed", "pass@1");
        CsvRows read = CsvRows.parse("results.csv", new CsvTable(header, rows).text());
        assertEquals(header, read.header());
        assertEquals(rows, read.rows());
    }

    @Provide
    Arbitrary<List<List<String>>> rows() {
        Arbitrary<String> cells = Arbitraries.strings().withChars('a', ',', '"', '\n', '\r', ' ').ofMaxLength(6);
        return cells.list().ofSize(3).list().ofMaxSize(4);
    }

    @Test
    void lineEndsOfEitherKindAndNoneAtTheEndAreRead() throws IOException {
        CsvRows rows = CsvRows.parse("results.csv", "arm,seed\r\na,1\n\nb,2");
        assertEquals(List.of(List.of("a", "1"), List.of("b", "2")), rows.rows());
    }

    @Test
    void aRowOfAnotherLengthIsNamed() {
        IOException refused = assertThrows(IOException.class, () -> CsvRows.parse("results.csv", "arm,seed\na,1\nb\n"));
        assertEquals("results.csv: row 2 has 1 cells, expected 2 for the columns [arm, seed]; correct the row",
                refused.getMessage());
    }

    @Test
    void anEmptyFileIsRefused() {
        IOException refused = assertThrows(IOException.class, () -> CsvRows.parse("results.csv", ""));
        assertTrue(refused.getMessage().startsWith("results.csv: its first line is []"), refused.getMessage());
    }

    @Test
    void emptyCellsAreNoNumberAndWordsAreRefused() throws IOException {
        CsvRows rows = CsvRows.parse("results.csv", "arm,seed,pass@1,greedy\na,1,,many\n");
        assertEquals(Double.NaN, rows.number(rows.rows().getFirst(), 2));
        IOException refused = assertThrows(IOException.class, () -> rows.number(rows.rows().getFirst(), 3));
        assertTrue(refused.getMessage().contains("column greedy"), refused.getMessage());
    }
}
