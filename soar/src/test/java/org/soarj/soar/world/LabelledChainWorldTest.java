package org.soarj.soar.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.soarj.rl.Problem;
import org.soarj.soar.world.DocumentClass.Error;
import org.soarj.tensor.Rng;

class LabelledChainWorldTest {
    private static final Map<SloppyRule, Double> NEVER_RIGHT = Map.of(SloppyRule.ONE_TOO_MANY, 1.0);

    private final LabelledChainWorld world = new LabelledChainWorld(LabelledChainSettings.DEFAULT);

    /** The truth by another route: each result is the last digit of the sum of all digits read so far. */
    private static String independentTruth(String question) {
        int[] digits = question.chars().filter(Character::isDigit).map(c -> c - '0').toArray();
        String[] labels = question.replaceAll("[0-9]", "").split("");
        StringBuilder working = new StringBuilder().append(digits[0]);
        for (int k = 1; k < digits.length; k++) {
            int sum = IntStream.rangeClosed(0, k).map(i -> digits[i]).sum();
            working.append(labels[k - 1]).append(digits[k]).append('=').append(("" + sum).charAt(sum < 10 ? 0 : 1));
        }
        return working.toString();
    }

    @Property(tries = 300)
    void theTruthIsTheRunningSumModuloTen(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int difficulty) {
        Problem problem = world.problem(difficulty, Rng.of(seed));
        assertEquals(independentTruth(problem.question()), problem.answer());
        assertEquals(Optional.of(problem.answer()), world.truth(problem.question()));
        assertTrue(problem.question().matches("[0-9]([a-i][1-5]){" + difficulty + "}"), problem.question());
        assertEquals(Map.of("difficulty", "" + difficulty), problem.tags());
        String document = world.studentPrompt(problem.question()) + problem.answer() + world.endOfDocument();
        assertEquals(new DocumentClass(true, true, difficulty, Error.NONE), world.classify(document));
    }

    @Property(tries = 300)
    void anotherResultIsAnArithmeticErrorAndAnotherStepOneOfLogic(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 8) int difficulty,
            @ForAll @IntRange(max = 7) int place,
            @ForAll @IntRange(min = 1, max = 9) int off) {
        Problem problem = world.problem(difficulty, Rng.of(seed));
        int step = 1 + 4 * (place % difficulty);
        assertEquals(Error.ARITHMETIC, classifyWith(problem, step + 3, off), "the result of a step");
        assertEquals(Error.LOGIC, classifyWith(problem, step + 1, off), "the operand of a step");
        assertEquals(Error.LOGIC, classifyWith(problem, 0, off), "the first digit");
    }

    /** The class of the right working with the digit at {@code place} raised by {@code off}. */
    private Error classifyWith(Problem problem, int place, int off) {
        StringBuilder working = new StringBuilder(problem.answer());
        working.setCharAt(place, (char) ('0' + (working.charAt(place) - '0' + off) % 10));
        return world.classify(world.studentPrompt(problem.question()) + working + '.').error();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {
        "Q3a4b1A3a4=7b1=8. NONE",
        "Q9a4A9a4=3. NONE",
        "Q3a4b1A3a4=8b1=9. ARITHMETIC",
        "Q3a4b1A3a4=7b1=9. ARITHMETIC",
        "Q9a4A9a4=13. LOGIC",
        "Q3a4b1A3a4=7. LOGIC",
        "Q3a4b1A3b1=4a4=8. LOGIC",
        "Q3a4A3b4=7. LOGIC",
        "Q3a4A=. LOGIC",
        "Q3a4A7. LOGIC",
        "Q3ab4A3a4=7. ILL_POSED",
        "Q3aA3a4=7. ILL_POSED",
        "Q3A3. ILL_POSED",
        "Q34A3a4=7. ILL_POSED",
        "Q3b4A3b4=7. ILL_POSED",
        "Q3a4a1A3a4=7a1=8. ILL_POSED",
        "Qa4b1A3a4=7. ILL_POSED",
        "Q3a4A. MALFORMED",
        "QA3a4=7. MALFORMED",
        "Q3a4A3a4=7 MALFORMED",
        "Q3a4A3a4=7.. MALFORMED",
        "Q3a4A3a4=7.Q MALFORMED",
        "3a4A3a4=7. MALFORMED",
        "QQ3a4A3a4=7. MALFORMED",
        "Q3a4AA3a4=7. MALFORMED",
        "Q3a43a4=7. MALFORMED",
        "Q3a4=A3a4=7. MALFORMED",
        "Q3+4A3+4=7. MALFORMED",
        "'' MALFORMED"
    })
    void documentsAreClassifiedExactly(String document, Error error) {
        DocumentClass found = world.classify(document);
        assertEquals(error, found.error());
        assertEquals(error == Error.NONE, found.correct());
        assertEquals(error == Error.NONE || error == Error.ARITHMETIC || error == Error.LOGIC, found.wellPosed());
        assertEquals(found.wellPosed(), found.difficulty() > 0);
    }

    @Test
    void difficultyCountsTheStepsAskedFor() {
        assertEquals(2, world.classify("Q3a4b1A3a4=8b1=9.").difficulty());
        assertEquals(3, world.classify("Q3a4b1c2A7.").difficulty());
    }

    @Property(tries = 500)
    void documentsUseTheAlphabetAndPassTheFilterWithinTheirOwnTruth(@ForAll long seed) {
        String document = world.document(Rng.of(seed));
        assertTrue(document.chars().allMatch(c -> world.alphabet().indexOf(c) >= 0), document);
        assertTrue(document.startsWith(world.teacherPrompt()), document);
        assertEquals(document.length() - 1, document.indexOf(world.endOfDocument()), document);
        Problem problem = world.filter().parse(document.substring(1)).orElseThrow();
        assertEquals(document, world.studentPrompt(problem.question()) + problem.answer() + ".");
        DocumentClass found = world.classify(document);
        assertEquals(found.wellPosed(), world.truth(problem.question()).isPresent());
        assertEquals(found.correct(), world.truth(problem.question()).equals(Optional.of(problem.answer())));
    }

    @Test
    void theFilterJudgesFormOnly() {
        for (String accepted : List.of("3a4A3a4=7.", "3a4A3a4=8.", "3ab4A3a4=7.", "3aA9.", "3a4A=.")) {
            assertTrue(world.filter().parse(accepted).isPresent(), accepted);
        }
        for (String rejected : List.of("", ".", "3a4", "3a4A3a4=7", "3a4A.", "A7.", "Q3a4A7.", "3a4A7.7.", "3a=A7.")) {
            assertFalse(world.filter().parse(rejected).isPresent(), rejected);
        }
        Problem problem = world.filter().parse("3ab4A3a4=7.").orElseThrow();
        assertEquals("3ab4", problem.question());
        assertEquals("3a4=7", problem.answer());
    }

    @Test
    void anAnswerEndsAtTheFirstEndAndAnUnfinishedOneIsEmpty() {
        assertEquals(Optional.of("3a4=7"), world.answer("3a4=7."));
        assertEquals(Optional.of("3a4=7"), world.answer("3a4=7.Q5."));
        assertEquals(Optional.empty(), world.answer("3a4=7"));
        assertEquals(Optional.empty(), world.answer(""));
    }

    @Test
    void theAlphabetNamesEachCharacterOnce() {
        assertEquals(world.alphabet().length(), world.alphabet().chars().distinct().count());
        assertEquals(8, world.hardest());
        assertEquals("labelled-chain", world.name());
    }

    /** One wrong rule that is never right: each class of document has a share known in closed form. */
    @Test
    void theSharesOfTheCorpusAreThoseOfItsSettings() {
        int documents = 40_000;
        List<DocumentClass> corpus = corpus(new LabelledChainSettings(5, List.of(1.0, 2.0, 5.0), List.of(0.6, 0.3, 0.1),
                0, 0, 0, NEVER_RIGHT, 0.2), documents);
        assertShare(0.2 * 2 / 3, count(corpus, Error.ILL_POSED), documents);
        assertShare(0.2 / 3, count(corpus, Error.LOGIC), documents);
        double careful = (1 * 0.6 + 2 * 0.3 + 5 * 0.1) / 8;
        assertShare(0.8 * careful, count(corpus, Error.NONE), documents);
        assertShare(0.8 * (1 - careful), count(corpus, Error.ARITHMETIC), documents);
        assertEquals(0, count(corpus, Error.MALFORMED));
    }

    @Test
    void lengthsAndCarefulAuthorsFollowTheirWeightsByLength() {
        int documents = 40_000;
        double slip = 0.1;
        List<DocumentClass> corpus = corpus(new LabelledChainSettings(5, List.of(1.0, 0.0, 3.0), List.of(0.5, 0.9, 0.8),
                slip, slip, 0, NEVER_RIGHT, 0), documents);
        // A slip is a digit at random: one in ten is the true one.
        double carefulStep = 1 - 0.9 * slip;
        double sloppyStep = 0.1 * slip;
        assertEquals(0, lengths(corpus, 2).size());
        assertShare(0.25, lengths(corpus, 1).size(), documents);
        assertShare(0.5 * carefulStep + 0.5 * sloppyStep, count(lengths(corpus, 1), Error.NONE),
                lengths(corpus, 1).size());
        assertShare(0.8 * Math.pow(carefulStep, 3) + 0.2 * Math.pow(sloppyStep, 3),
                count(lengths(corpus, 3), Error.NONE), lengths(corpus, 3).size());
    }

    @Test
    void aSloppyStepIsRightByLuckOrByScatterEachStepAnew() {
        int documents = 40_000;
        List<DocumentClass> corpus = corpus(new LabelledChainSettings(5, List.of(1.0, 1.0), List.of(0.0, 0.0), 0, 0.5, 0.3,
                NEVER_RIGHT, 0), documents);
        double step = 0.5 * 0.1 + 0.5 * 0.3;
        assertShare(step, count(lengths(corpus, 1), Error.NONE), lengths(corpus, 1).size());
        assertShare(step * step, count(lengths(corpus, 2), Error.NONE), lengths(corpus, 2).size());
    }

    @Test
    void aWrongRuleIsFollowedFromStepToStep() {
        LabelledChainWorld wrong = new LabelledChainWorld(new LabelledChainSettings(5, List.of(0.0, 0.0, 1.0),
                List.of(0.0, 0.0, 0.0), 0, 0, 0, NEVER_RIGHT, 0));
        Rng rng = Rng.of(3);
        for (int i = 0; i < 200; i++) {
            Problem problem = wrong.filter().parse(wrong.document(rng).substring(1)).orElseThrow();
            int[] d = problem.question().chars().filter(Character::isDigit).map(c -> c - '0').toArray();
            assertEquals((d[0] + d[1] + d[2] + d[3] + 3) % 10, problem.answer().charAt(12) - '0', problem.toString());
        }
    }

    @Test
    void theSameSeedWritesTheSameCorpus() {
        Rng one = Rng.of(4);
        Rng other = Rng.of(4);
        IntStream.range(0, 100).forEach(i -> assertEquals(world.document(one), world.document(other)));
    }

    @Test
    void settingsThatMakeNoSenseAreRefusedByName() {
        List<Double> one = List.of(1.0);
        refused("largestOperand", 0, one, one, 0, 0, 0, 0);
        refused("largestOperand", 10, one, one, 0, 0, 0, 0);
        refused("lengthWeights", 5, List.of(0.0), one, 0, 0, 0, 0);
        refused("lengthWeights", 5, List.of(), List.of(), 0, 0, 0, 0);
        refused("lengthWeights", 5, List.of(Double.NaN), one, 0, 0, 0, 0);
        refused("carefulShares", 5, one, List.of(), 0, 0, 0, 0);
        refused("carefulShares", 5, one, List.of(1.5), 0, 0, 0, 0);
        refused("slip", 5, one, one, -0.1, 0, 0, 0);
        refused("scatter", 5, one, one, 0, 2, 0, 0);
        refused("luck", 5, one, one, 0, 0, Double.NaN, 0);
        refused("flawedShare", 5, one, one, 0, 0, 0, 1.1);
        assertThrows(IllegalArgumentException.class, () -> world.problem(9, Rng.of(1)));
        assertThrows(IllegalArgumentException.class, () -> world.problem(0, Rng.of(1)));
    }

    private static void refused(String named, int largest, List<Double> lengths, List<Double> careful, double slip,
                                double scatter, double luck, double flawed) {
        String message = assertThrows(IllegalArgumentException.class, () -> new LabelledChainSettings(largest, lengths,
                careful, slip, scatter, luck, NEVER_RIGHT, flawed)).getMessage();
        assertTrue(message.startsWith("labelled chain world: ") && message.contains(named), message);
    }

    private static List<DocumentClass> corpus(LabelledChainSettings settings, int documents) {
        LabelledChainWorld world = new LabelledChainWorld(settings);
        Rng rng = Rng.of(2026);
        return IntStream.range(0, documents).mapToObj(i -> world.classify(world.document(rng))).toList();
    }

    private static List<DocumentClass> lengths(List<DocumentClass> corpus, int length) {
        return corpus.stream().filter(found -> found.difficulty() == length).toList();
    }

    private static long count(List<DocumentClass> corpus, Error error) {
        return corpus.stream().filter(found -> found.error() == error).count();
    }

    /** Within four standard errors of a binomial share: one failure in sixteen thousand by chance, and the seed is fixed. */
    private static void assertShare(double expected, long found, long of) {
        assertEquals(expected, (double) found / of, 4 * Math.sqrt(expected * (1 - expected) / of));
    }
}
