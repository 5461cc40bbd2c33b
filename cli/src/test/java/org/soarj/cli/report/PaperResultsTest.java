package org.soarj.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The resource against figures that the paper's text repeats apart from its tables. */
class PaperResultsTest {

    @Test
    void everySetHasEveryMethodAtEveryK() throws IOException {
        PaperResults paper = PaperResults.load();
        assertEquals(List.of("MATH", "HARP", "OlympiadBench"), List.copyOf(paper.sets()));
        assertEquals(List.of(1, 4, 8, 16, 32), List.copyOf(paper.ks()));
        assertEquals(List.of(13, 12, 12), paper.sets().stream().map(set -> paper.methods(set).size()).toList());
        paper.sets().forEach(set -> paper.methods(set).forEach((method, byK) -> {
            double last = 0;
            assertEquals(paper.ks(), byK.keySet(), set + " " + method);
            for (PaperResults.Cell cell : byK.values()) {
                assertTrue(cell.mean() >= last && cell.sd() >= 0, set + " " + method + ": pass@k rises with k");
                last = cell.mean();
            }
        }));
    }

    @ParameterizedTest
    @CsvSource({"MATH,pq,+9.3", "MATH,ps,+8.5", "MATH,hard-only-4x,+2.8", "HARP,pq,+4.1", "HARP,ps,+3.6",
            "OlympiadBench,pq,'+3.7 (MATH), +5.1 (HARP)'", "HARP,grounded-t,+3.0", "MATH,base,-2.1", "MATH,base-t,–",
            "MATH,real-full,+12.4", "MATH,grounded-t-inference,-1.3", "HARP,real,'+0.5 (HARP), +3.7 (MATH)'"})
    void gainsOverHardOnlyAreThoseOfTheText(String set, String arm, String gain) throws IOException {
        assertEquals(gain, PaperResults.load().gainOverHardOnly(set, arm, 32));
    }
}
