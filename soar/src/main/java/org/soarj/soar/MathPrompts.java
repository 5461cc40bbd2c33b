package org.soarj.soar;

/**
 * The two prompts for mathematics in natural language (SOAR App. B), in words of our own.
 *
 * <p>The teacher's is the same at every step and shows no example: seed questions made the paper's teacher copy them.
 */
public final class MathPrompts {
    /** What the teacher continues. {@link TaggedOutputFilter} reads what it answers. */
    public static final String TEACHER = """
            Write one new mathematics problem for a student.
            Topics you may use: Algebra, Counting and Probability, Geometry, Intermediate Algebra, Number Theory, \
            Prealgebra, Precalculus.
            Format, to be followed exactly: <question>the whole problem</question> \
            <answer>\\boxed{the answer}</answer>
            Put any working outside these tags. The problem must be original, demanding, and take two or three steps at \
            least.
            Give exactly one problem. Start:
            """;

    /** What a teacher continues with a question alone, where it writes in two turns (App. D.3). */
    public static final String TEACHER_QUESTION = """
            Write one new mathematics problem for a student.
            Topics you may use: Algebra, Counting and Probability, Geometry, Intermediate Algebra, Number Theory, \
            Prealgebra, Precalculus.
            The problem must be original, demanding, and take two or three steps at least.
            Give exactly one problem, without its solution, and nothing else. Start:
            """;

    /** What follows that question, and is continued with its answer. */
    public static final String TEACHER_ANSWER = """

            Now solve this problem. Reason step by step and end with the answer in \\boxed{}.
            """;

    private static final String STUDENT_PREAMBLE = """
            A conversation between User and Assistant. The User asks a question and the Assistant solves it. The Assistant \
            first reasons step by step, in full, and then gives the final answer in \\boxed{}, in this shape:
            User: [question] Assistant: [reasoning] The final answer is: \\boxed{[answer]}

            """;

    private MathPrompts() {}

    /** What the student continues: for the fail@128 filter, for inner loops and for evaluation alike. */
    public static String student(String question) {
        return STUDENT_PREAMBLE + "User: " + question + " Assistant:";
    }
}
