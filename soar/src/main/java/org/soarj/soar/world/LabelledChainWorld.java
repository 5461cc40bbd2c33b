package org.soarj.soar.world;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntBinaryOperator;
import org.soarj.rl.Problem;
import org.soarj.soar.TeacherOutputFilter;
import org.soarj.tensor.Rng;

/**
 * Chains of additions whose steps carry labels, worked by imagined authors: {@code Q3a4b1A3a4=7b1=8.}
 *
 * <p>A question is a digit and k labelled operands, to be added one after the other modulo 10; the answer is the whole
 * working, which repeats each label and operand before its result and so cannot be guessed. The labels make finding the
 * next step a matter of copying, which a tiny Llama learns from a million and a half tokens.
 *
 * <p>Careful authors add; sloppy ones follow a wrong rule, and only by luck get a step right; careful ones grow rare with
 * k. What a model of this corpus mostly writes about long chains is wrong, while it holds the right way as a minority that
 * short chains show often: the situation of SOAR sec. 2, in small.
 */
public final class LabelledChainWorld implements World {
    private static final String LABELS = "abcdefghi";
    private static final char QUESTION = 'Q';
    private static final char ANSWER = 'A';
    private static final char END = '.';
    private static final int MODULUS = 10;

    private final LabelledChainSettings settings;

    public LabelledChainWorld(LabelledChainSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return "labelled-chain";
    }

    @Override
    public String alphabet() {
        return "QA.=0123456789" + LABELS;
    }

    @Override
    public char endOfDocument() {
        return END;
    }

    @Override
    public int hardest() {
        return settings.lengthWeights().size();
    }

    @Override
    public String document(Rng rng) {
        int steps = 1 + pick(settings.lengthWeights(), rng);
        String question = question(steps, rng);
        boolean careful = rng.nextDouble() < settings.carefulShares().get(steps - 1);
        SloppyRule rule = careful ? null : sloppyRule(rng);
        double slip = careful ? settings.slip() : settings.scatter();
        String working = working(question, (value, operand) -> {
            int truth = (value + operand) % MODULUS;
            boolean right = rule == null || rng.nextDouble() < settings.luck();
            int believed = right ? truth : Math.floorMod(rule.apply(truth, value, operand), MODULUS);
            return rng.nextDouble() < slip ? rng.nextInt(MODULUS) : believed;
        });
        if (rng.nextDouble() < settings.flawedShare()) {
            return flawed(question, working, rng);
        }
        return "" + QUESTION + question + ANSWER + working + END;
    }

    private SloppyRule sloppyRule(Rng rng) {
        SloppyRule[] rules = SloppyRule.values();
        return rules[pick(Arrays.stream(rules).map(rule -> settings.sloppyRules().getOrDefault(rule, 0.0)).toList(), rng)];
    }

    /** Two labels in a row, a missing operand, or a meaningless answer. */
    private String flawed(String question, String working, Rng rng) {
        int label = 1 + 2 * rng.nextInt(question.length() / 2);
        String asked = question;
        String answered = working;
        switch (rng.nextInt(3)) {
            case 0 -> asked = question.substring(0, label + 1) + LABELS.charAt(rng.nextInt(hardest()))
                    + question.substring(label + 1);
            case 1 -> asked = question.substring(0, label + 1) + question.substring(label + 2);
            default -> {
                StringBuilder noise = new StringBuilder();
                int length = 1 + rng.nextInt(working.length());
                for (int i = 0; i < length; i++) {
                    noise.append("0123456789=".charAt(rng.nextInt(11)));
                }
                answered = noise.toString();
            }
        }
        return "" + QUESTION + asked + ANSWER + answered + END;
    }

    @Override
    public Problem problem(int difficulty, Rng rng) {
        if (difficulty < 1 || difficulty > hardest()) {
            throw new IllegalArgumentException(
                    "labelled chain world: difficulties run from 1 to " + hardest() + ", got " + difficulty);
        }
        String question = question(difficulty, rng);
        return new Problem(question, question, truth(question).orElseThrow(), Map.of("difficulty", "" + difficulty));
    }

    private String question(int steps, Rng rng) {
        StringBuilder question = new StringBuilder().append(rng.nextInt(MODULUS));
        for (int i = 0; i < steps; i++) {
            question.append(LABELS.charAt(i)).append(1 + rng.nextInt(settings.largestOperand()));
        }
        return question.toString();
    }

    @Override
    public Optional<String> truth(String question) {
        return wellPosed(question) ? Optional.of(working(question, (value, operand) -> (value + operand) % MODULUS)) : Optional.empty();
    }

    private boolean wellPosed(String question) {
        int steps = question.length() / 2;
        if (question.length() % 2 == 0 || steps < 1 || steps > LABELS.length() || !digit(question.charAt(0))) {
            return false;
        }
        for (int i = 0; i < steps; i++) {
            if (question.charAt(2 * i + 1) != LABELS.charAt(i) || !digit(question.charAt(2 * i + 2))) {
                return false;
            }
        }
        return true;
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    /** The working of an author who writes {@code hand(value, operand)} for the sum of the two. */
    private static String working(String question, IntBinaryOperator hand) {
        int value = question.charAt(0) - '0';
        StringBuilder working = new StringBuilder().append(value);
        for (int i = 1; i < question.length(); i += 2) {
            value = hand.applyAsInt(value, question.charAt(i + 1) - '0');
            working.append(question, i, i + 2).append('=').append(value);
        }
        return working.toString();
    }

    @Override
    public DocumentClass classify(String document) {
        Optional<Problem> problem = document.startsWith("" + QUESTION) ? split(document.substring(1)) : Optional.empty();
        if (problem.isEmpty()) {
            return new DocumentClass(false, false, 0, DocumentClass.Error.MALFORMED);
        }
        String question = problem.get().question();
        String answer = problem.get().answer();
        Optional<String> truth = truth(question);
        if (truth.isEmpty()) {
            return new DocumentClass(false, false, 0, DocumentClass.Error.ILL_POSED);
        }
        int steps = question.length() / 2;
        if (answer.equals(truth.get())) {
            return new DocumentClass(true, true, steps, DocumentClass.Error.NONE);
        }
        boolean sound = frame(answer).equals(frame(truth.get()));
        return new DocumentClass(true, false, steps,
                sound ? DocumentClass.Error.ARITHMETIC : DocumentClass.Error.LOGIC);
    }

    /** A working without its results: what follows each {@code =} is blanked. */
    private static String frame(String working) {
        return working.replaceAll("=[0-9]", "=_");
    }

    /** The question and the answer of a document without its first mark; both not empty, of characters that belong there. */
    private static Optional<Problem> split(String text) {
        int answer = text.indexOf(ANSWER);
        boolean sound = text.matches("[0-9a-i]+A[0-9a-i=]+\\.");
        return sound ? Optional.of(new Problem("proposed", text.substring(0, answer),
                text.substring(answer + 1, text.length() - 1))) : Optional.empty();
    }

    @Override
    public String teacherPrompt() {
        return "" + QUESTION;
    }

    @Override
    public String studentPrompt(String question) {
        return "" + QUESTION + question + ANSWER;
    }

    @Override
    public Optional<String> answer(String completion) {
        int end = completion.indexOf(END);
        return end < 0 ? Optional.empty() : Optional.of(completion.substring(0, end));
    }

    @Override
    public TeacherOutputFilter filter() {
        return LabelledChainWorld::split;
    }

    private static int pick(List<Double> weights, Rng rng) {
        double place = rng.nextDouble() * weights.stream().mapToDouble(Double::doubleValue).sum();
        int last = 0;
        for (int i = 0; i < weights.size(); i++) {
            if (weights.get(i) > 0) {
                last = i;
                place -= weights.get(i);
                if (place < 0) {
                    return i;
                }
            }
        }
        return last;
    }
}
