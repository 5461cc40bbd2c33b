package org.soarj.soar.world;

import java.util.Optional;
import org.soarj.rl.Problem;
import org.soarj.soar.TeacherOutputFilter;
import org.soarj.tensor.Rng;

/** A source of documents, problems and exact judgements, over a small alphabet of single characters. */
public interface World {
    /** A short lower-case name, as options and reports use it. */
    String name();

    /** All characters that documents consist of, each once, always in the same order. */
    String alphabet();

    /** The character that ends a document, and with it a generation. */
    char endOfDocument();

    /** Difficulties run from 1 to this. */
    int hardest();

    /** One document of the pretraining corpus: question, working and end. */
    String document(Rng rng);

    /**
     * A well-posed problem whose answer is the truth; its attribute {@code difficulty} repeats the difficulty.
     *
     * @throws IllegalArgumentException when the difficulty is not in 1..{@link #hardest()}
     */
    Problem problem(int difficulty, Rng rng);

    /** The right answer of a well-posed question, empty for an ill-posed one. */
    Optional<String> truth(String question);

    /** What a whole document is. */
    DocumentClass classify(String document);

    /** What a question with an answer is. */
    default DocumentClass classify(Problem problem) {
        return classify(studentPrompt(problem.question()) + problem.answer() + endOfDocument());
    }

    /** What a teacher continues with a question, its working and the end. */
    String teacherPrompt();

    /** What a student continues with a working and the end. */
    String studentPrompt(String question);

    /** The answer that a student's completion gives, empty when it never came to its end. */
    Optional<String> answer(String completion);

    /** The world's counterpart of the paper's filter: accepts by form, and knows nothing of the truth. */
    TeacherOutputFilter filter();
}
