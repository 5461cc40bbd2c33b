package org.soarj.soar.world;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.soarj.rl.Problem;
import org.soarj.soar.TeacherOutputFilter;
import org.soarj.soar.world.ChainWorldSettings.Flaw;
import org.soarj.soar.world.DocumentClass.Error;
import org.soarj.tensor.Rng;

/**
 * Worked chains by imagined authors: {@code Q3+4-1A3+4=7,7-1=6.}
 *
 * <p>A question is a left-to-right calculation over digits, modulo 10; its answer is the whole working, so it cannot be
 * guessed. Careful authors follow the true rule, sloppy ones a wrong rule of their own, and careful ones grow rare with the
 * number of steps. A model of this corpus therefore gets long chains wrong at its mode, and holds the right way as a rare
 * minority that short chains show often: the paper's situation, in small.
 */
public final class ChainWorld implements World {
    private static final char QUESTION = 'Q';
    private static final char ANSWER = 'A';
    private static final char END = '.';

    private final ChainWorldSettings settings;

    public ChainWorld(ChainWorldSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return "chain";
    }

    @Override
    public String alphabet() {
        String digits = IntStream.range(0, settings.modulus()).mapToObj(String::valueOf).collect(Collectors.joining());
        return "" + QUESTION + ANSWER + END + ",=" + settings.operators() + digits;
    }

    @Override
    public char endOfDocument() {
        return END;
    }

    @Override
    public int hardest() {
        return settings.longest();
    }

    @Override
    public String document(Rng rng) {
        int length = 1 + pick(settings.lengthWeights(), rng);
        Chain chain = chain(length, rng);
        if (rng.nextDouble() < settings.flawedShare()) {
            return flawed(chain, rng);
        }
        boolean careful = rng.nextDouble() < settings.carefulShares().get(length - 1);
        return document(chain.toString(), careful ? carefulWorking(chain, rng) : sloppyWorking(chain, rng));
    }

    @Override
    public Problem problem(int difficulty, Rng rng) {
        if (difficulty < 1 || difficulty > hardest()) {
            throw new IllegalArgumentException(
                    "chain world: difficulties run from 1 to " + hardest() + ", got " + difficulty);
        }
        String question = chain(difficulty, rng).toString();
        return new Problem(question, question, truth(question).orElseThrow(), Map.of("difficulty", "" + difficulty));
    }

    @Override
    public Optional<String> truth(String question) {
        return Chain.parse(question, settings).map(chain -> chain.working(this::calculate));
    }

    @Override
    public DocumentClass classify(String document) {
        if (document.isEmpty() || document.charAt(0) != QUESTION) {
            return new DocumentClass(false, false, 0, Error.MALFORMED);
        }
        return split(document.substring(1))
                .map(problem -> classify(problem.question(), problem.answer()))
                .orElse(new DocumentClass(false, false, 0, Error.MALFORMED));
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

    /** Well formed is any question and any answer; accepted is one whose answer consists of steps. */
    @Override
    public TeacherOutputFilter filter() {
        return new TeacherOutputFilter() {
            @Override
            public Optional<Problem> parse(String completion) {
                return split(completion)
                        .filter(problem -> Chain.parseWorking(problem.answer(), settings).isPresent());
            }

            @Override
            public boolean wellFormed(String completion) {
                return split(completion).isPresent();
            }
        };
    }

    private DocumentClass classify(String question, String working) {
        Optional<Chain> chain = Chain.parse(question, settings);
        if (chain.isEmpty()) {
            return new DocumentClass(false, false, 0, lacksOperand(question) ? Error.AMBIGUOUS : Error.ILL_POSED);
        }
        int length = chain.get().length();
        if (working.equals(chain.get().working(this::calculate))) {
            return new DocumentClass(true, true, length, Error.NONE);
        }
        boolean sound = Chain.parseWorking(working, settings).filter(chain.get()::isFollowedBy).isPresent();
        return new DocumentClass(true, false, length, sound ? Error.ARITHMETIC : Error.LOGIC);
    }

    /** Whether one digit more, in front or at the end, would make the question well posed. */
    private boolean lacksOperand(String question) {
        return Chain.parse("0" + question, settings).isPresent() || Chain.parse(question + "0", settings).isPresent();
    }

    /** The question and the answer of a document without its first mark; both non-empty and free of marks. */
    private static Optional<Problem> split(String text) {
        int answer = text.indexOf(ANSWER);
        int end = text.length() - 1;
        boolean sound = answer > 0
                && end > answer + 1
                && text.charAt(end) == END
                && text.indexOf(END) == end
                && text.indexOf(QUESTION) < 0
                && text.indexOf(ANSWER, answer + 1) < 0;
        return sound
                ? Optional.of(new Problem("proposed", text.substring(0, answer), text.substring(answer + 1, end), Map.of()))
                : Optional.empty();
    }

    private String flawed(Chain chain, Rng rng) {
        String question = chain.toString();
        Flaw flaw = pick(settings.flaws(), Flaw.values(), rng);
        String asked = switch (flaw) {
            case DOUBLE_OPERATOR -> {
                int place = 2 + 2 * rng.nextInt(chain.length());
                yield question.substring(0, place) + operator(rng) + question.substring(place);
            }
            case MISSING_OPERAND ->
                rng.nextInt(2) == 0 ? question.substring(1) : question.substring(0, question.length() - 1);
            case MEANINGLESS_ANSWER -> question;
        };
        return document(asked, meaninglessWorking(chain, rng));
    }

    /** Steps that belong together in nothing; the first starts from another digit, so they never answer the question. */
    private String meaninglessWorking(Chain chain, Rng rng) {
        List<String> steps = new ArrayList<>();
        for (int i = 0; i < chain.length(); i++) {
            int left = i == 0 ? otherDigit(chain.operands().getFirst(), rng) : digit(rng);
            steps.add(new Chain.Step(left, operator(rng), digit(rng), digit(rng)).toString());
        }
        return String.join(",", steps);
    }

    private String carefulWorking(Chain chain, Rng rng) {
        return chain.working((left, operator, right) -> slip(calculate(left, operator, right), rng));
    }

    private String sloppyWorking(Chain chain, Rng rng) {
        SloppyRule rule = pick(settings.sloppyRules(), SloppyRule.values(), rng);
        return chain.working((left, operator, right) -> {
            int believed = rule.apply(calculate(left, operator, right), left, right);
            return slip(Math.floorMod(believed, settings.modulus()), rng);
        });
    }

    private int slip(int result, Rng rng) {
        return rng.nextDouble() < settings.slip() ? otherDigit(result, rng) : result;
    }

    private int calculate(int left, char operator, int right) {
        return Chain.calculate(left, operator, right, settings.modulus());
    }

    private Chain chain(int length, Rng rng) {
        List<Integer> operands = new ArrayList<>(List.of(digit(rng)));
        StringBuilder operators = new StringBuilder();
        for (int i = 0; i < length; i++) {
            operators.append(operator(rng));
            operands.add(digit(rng));
        }
        return new Chain(operands, operators.toString());
    }

    private int digit(Rng rng) {
        return rng.nextInt(settings.modulus());
    }

    private int otherDigit(int digit, Rng rng) {
        return (digit + 1 + rng.nextInt(settings.modulus() - 1)) % settings.modulus();
    }

    private char operator(Rng rng) {
        return settings.operators().charAt(rng.nextInt(settings.operators().length()));
    }

    private static String document(String question, String working) {
        return "" + QUESTION + question + ANSWER + working + END;
    }

    /** A key by its weight, walked in the order of {@code keys} so that the draw does not hang on a map's order. */
    private static <K> K pick(Map<K, Double> weights, K[] keys, Rng rng) {
        return keys[pick(Arrays.stream(keys).map(key -> weights.getOrDefault(key, 0.0)).toList(), rng)];
    }

    /** An index by its weight. */
    private static int pick(List<Double> weights, Rng rng) {
        double place = rng.nextDouble() * weights.stream().mapToDouble(Double::doubleValue).sum();
        int last = -1;
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
