package org.soarj.soar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.soarj.rl.Problem;

class QuestionSetTest {

    @Property
    void aPartitionIsDisjointCompleteAndInOrder(
            @ForAll @IntRange(min = 1, max = 8) int sets, @ForAll @IntRange(min = 1, max = 20) int size) {
        List<TeacherDocument> documents = documents(sets * size);
        List<QuestionSet> parts = QuestionSet.partition(12, documents, size);
        assertEquals(sets, parts.size());
        assertEquals(
                documents.stream().map(TeacherDocument::text).toList(),
                parts.stream().flatMap(set -> set.documents().stream()).map(TeacherDocument::text).toList());
        List<String> ids = parts.stream().flatMap(set -> set.problems().stream()).map(Problem::id).toList();
        assertEquals(ids.size(), new HashSet<>(ids).size());
        parts.forEach(set -> assertEquals(size, set.size()));
    }

    @Test
    void problemsAreNamedByTheirPlace() {
        QuestionSet second = QuestionSet.partition(12, documents(4), 2).get(1);
        assertEquals("t012-k1-q00", second.problems().getFirst().id());
        assertEquals("question 2", second.problems().getFirst().question());
        assertEquals(List.of(2), second.documents().getFirst().tokens());
    }

    @Test
    void aRemainderIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> QuestionSet.partition(0, documents(5), 2));
        assertThrows(IllegalArgumentException.class, () -> QuestionSet.partition(0, documents(5), 0));
    }

    private static List<TeacherDocument> documents(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new TeacherDocument(
                        "text " + i, List.of(i), new Problem("proposed", "question " + i, "answer", Map.of())))
                .toList();
    }
}
