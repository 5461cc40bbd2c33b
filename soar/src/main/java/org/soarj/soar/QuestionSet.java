package org.soarj.soar;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.soarj.rl.Problem;

/**
 * X_k: the data set that one student trains on, and the unit that earns the teacher a reward.
 *
 * @param step the outer step t that wrote it
 * @param index k, its place in the step
 * @param documents n teacher outputs
 */
public record QuestionSet(int step, int index, List<TeacherDocument> documents) {
    public QuestionSet {
        documents = List.copyOf(documents);
    }

    /** The questions with the teacher's answers. */
    public List<Problem> problems() {
        return documents.stream().map(TeacherDocument::problem).toList();
    }

    public int size() {
        return documents.size();
    }

    /**
     * Cuts the outputs of a step into consecutive data sets of {@code size} (SOAR Algorithm 1), and names their problems by
     * step, data set and place: {@code t012-k3-q07}.
     *
     * @throws IllegalArgumentException when {@code size} does not divide the number of documents
     */
    public static List<QuestionSet> partition(int step, List<TeacherDocument> documents, int size) {
        if (size < 1 || documents.size() % size != 0) {
            throw new IllegalArgumentException("partition: " + documents.size() + " documents do not make data sets of "
                    + size + "; the size must be 1 or more and divide them");
        }
        List<QuestionSet> sets = new ArrayList<>();
        for (int k = 0; k < documents.size() / size; k++) {
            List<TeacherDocument> named = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                named.add(documents.get(k * size + i).named(String.format(Locale.ROOT, "t%03d-k%d-q%02d", step, k, i)));
            }
            sets.add(new QuestionSet(step, k, named));
        }
        return List.copyOf(sets);
    }
}
