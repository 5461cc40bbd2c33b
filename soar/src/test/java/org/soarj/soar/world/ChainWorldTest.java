package org.soarj.soar.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.soarj.rl.Problem;
import org.soarj.soar.world.ChainWorldSettings.Flaw;
import org.soarj.soar.world.DocumentClass.Error;
import org.soarj.tensor.Rng;

class ChainWorldTest {
    private final ChainWorld world = new ChainWorld(ChainWorldSettings.DEFAULT);

    /** The truth by another route: the running sums of signed operands, reduced at the end. */
    private static String independentTruth(String question) {
        StringBuilder working = new StringBuilder();
        int sum = question.charAt(0) - '0';
        for (int i = 1; i < question.length(); i += 2) {
            char operator = question.charAt(i);
            int operand = Integer.parseInt(question.substring(i + 1, i + 2));
            working.append(i == 1 ? "" : ",").append(((sum % 10) + 10) % 10).append(operator).append(operand);
            sum += operator == '+' ? operand : -operand;
            working.append('=').append(((sum % 10) + 10) % 10);
        }
        return working.toString();
    }

    @Property
    void theTruthIsTheRunningSumModuloTen(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int difficulty) {
        Problem problem = world.problem(difficulty, Rng.of(seed));
        assertEquals(independentTruth(problem.question()), problem.answer());
        assertEquals(Optional.of(problem.answer()), world.truth(problem.question()));
        assertEquals(2 * difficulty + 1, problem.question().length());
        assertEquals(Map.of("difficulty", "" + difficulty), problem.tags());
        String document = world.studentPrompt(problem.question()) + problem.answer() + world.endOfDocument();
        assertEquals(new DocumentClass(true, true, difficulty, Error.NONE), world.classify(document));
    }

    @Property
    void anyOtherResultInTheWorkingIsAnArithmeticError(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 8) int difficulty,
            @ForAll @IntRange(min = 1, max = 9) int off) {
        Problem problem = world.problem(difficulty, Rng.of(seed));
        String answer = problem.answer();
        int last = answer.charAt(answer.length() - 1) - '0';
        String wrong = answer.substring(0, answer.length() - 1) + (last + off) % 10;
        assertEquals(
                new DocumentClass(true, false, difficulty, Error.ARITHMETIC),
                world.classify("Q" + problem.question() + "A" + wrong + "."));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {
        "Q3+4-1A3+4=7,7-1=6. NONE",
        "Q3+4-1A3+4=8,8-1=7. ARITHMETIC",
        "Q3+4-1A3+4=7,7-1=5. ARITHMETIC",
        "Q3+4-1A3+4=8,7-1=6. LOGIC",
        "Q3+4-1A3+4=7. LOGIC",
        "Q3+4-1Anonsense. LOGIC",
        "Q3+-4A3+4=7. ILL_POSED",
        "Q34A3+4=7. ILL_POSED",
        "Q3+4-A3+4=7. AMBIGUOUS",
        "Q-4+1A0-4=6,6+1=7. AMBIGUOUS",
        "Q3+4A. MALFORMED",
        "QA3+4=7. MALFORMED",
        "Q3+4A3+4=7 MALFORMED",
        "Q3+4A3+4=7.. MALFORMED",
        "Q3+4A3+4=7.Q MALFORMED",
        "3+4A3+4=7. MALFORMED",
        "QQ3+4A3+4=7. MALFORMED",
        "Q3+4AA3+4=7. MALFORMED",
        "Q3+43+4=7. MALFORMED"
    })
    void documentsAreClassifiedExactly(String document, Error error) {
        DocumentClass found = world.classify(document);
        assertEquals(error, found.error());
        assertEquals(error == Error.NONE, found.correct());
        assertEquals(error == Error.NONE || error == Error.ARITHMETIC || error == Error.LOGIC, found.wellPosed());
        assertEquals(found.wellPosed(), found.difficulty() > 0);
    }

    @Property(tries = 300)
    void documentsUseTheAlphabetAndPassTheFilterWithinTheirOwnTruth(@ForAll long seed) {
        String document = world.document(Rng.of(seed));
        assertTrue(document.chars().allMatch(c -> world.alphabet().indexOf(c) >= 0), document);
        assertTrue(document.startsWith(world.teacherPrompt()), document);
        String completion = document.substring(1);
        Problem problem = world.filter().parse(completion).orElseThrow();
        assertEquals(document, world.studentPrompt(problem.question()) + problem.answer() + ".");
        DocumentClass found = world.classify(document);
        assertEquals(found.wellPosed(), world.truth(problem.question()).isPresent());
        assertEquals(found.correct(), world.truth(problem.question()).equals(Optional.of(problem.answer())));
    }

    @Test
    void theFilterJudgesFormOnly() {
        assertTrue(world.filter().parse("3+-4A3+4=7.").isPresent());
        assertTrue(world.filter().wellFormed("3+4A7."));
        assertFalse(world.filter().parse("3+4A7.").isPresent());
        assertFalse(world.filter().wellFormed("3+4A3+4=7"));
        assertEquals(Optional.of("3+4=7"), world.answer("3+4=7.Q5"));
        assertEquals(Optional.empty(), world.answer("3+4=7"));
    }

    @Test
    void theAlphabetNamesEachCharacterOnce() {
        assertEquals("QA.,=+-0123456789", world.alphabet());
        assertEquals(8, world.hardest());
    }

    /** One wrong rule that is never right and no slips: each class of document has a share known in closed form. */
    @Test
    void theSharesOfTheCorpusAreThoseOfItsSettings() {
        int documents = 40_000;
        ChainWorldSettings settings = new ChainWorldSettings(
                10, "+-", List.of(1.0, 2.0, 5.0), List.of(0.6, 0.3, 0.1), 0,
                Map.of(SloppyRule.ONE_TOO_MANY, 1.0), 0.2,
                Map.of(Flaw.DOUBLE_OPERATOR, 1.0, Flaw.MISSING_OPERAND, 2.0, Flaw.MEANINGLESS_ANSWER, 1.0));
        Map<Error, Long> errors = new EnumMap<>(corpus(settings, documents).stream()
                .collect(Collectors.groupingBy(DocumentClass::error, Collectors.counting())));
        assertShare(0.05, errors.get(Error.ILL_POSED), documents);
        assertShare(0.10, errors.get(Error.AMBIGUOUS), documents);
        assertShare(0.05, errors.get(Error.LOGIC), documents);
        double careful = (1 * 0.6 + 2 * 0.3 + 5 * 0.1) / 8;
        assertShare(0.8 * careful, errors.get(Error.NONE), documents);
        assertShare(0.8 * (1 - careful), errors.get(Error.ARITHMETIC), documents);
    }

    @Test
    void lengthsAndCarefulAuthorsFollowTheirWeightsByLength() {
        int documents = 40_000;
        ChainWorldSettings settings = new ChainWorldSettings(
                10, "+", List.of(1.0, 0.0, 3.0), List.of(0.5, 0.9, 0.8), 0.1,
                Map.of(SloppyRule.ONE_TOO_FEW, 1.0), 0, Map.of(Flaw.DOUBLE_OPERATOR, 1.0));
        List<DocumentClass> corpus = corpus(settings, documents);
        long[] count = new long[4];
        long[] right = new long[4];
        for (DocumentClass found : corpus) {
            count[found.difficulty()]++;
            right[found.difficulty()] += found.correct() ? 1 : 0;
        }
        assertEquals(0, count[2]);
        assertShare(0.25, count[1], documents);
        // A slip leads to each of nine digits alike, so a sloppy step comes right one slip in nine.
        assertShare(0.5 * 0.9 + 0.5 * 0.1 / 9, right[1], count[1]);
        assertShare(0.8 * Math.pow(0.9, 3) + 0.2 * Math.pow(0.1 / 9, 3), right[3], count[3]);
    }

    @Test
    void aCopyingAuthorIsRightWhenTheLeftOperandIsZero() {
        ChainWorldSettings settings = new ChainWorldSettings(
                10, "+", List.of(1.0), List.of(0.0), 0, Map.of(SloppyRule.COPIES_OPERAND, 1.0), 0,
                Map.of(Flaw.DOUBLE_OPERATOR, 1.0));
        long right = corpus(settings, 20_000).stream().filter(DocumentClass::correct).count();
        assertShare(0.1, right, 20_000);
    }

    @Test
    void theSameSeedWritesTheSameCorpus() {
        Rng one = Rng.of(4);
        Rng other = Rng.of(4);
        IntStream.range(0, 100).forEach(i -> assertEquals(world.document(one), world.document(other)));
    }

    @Test
    void settingsThatMakeNoSenseAreRefusedByName() {
        ChainWorldSettings d = ChainWorldSettings.DEFAULT;
        refused("modulus", 11, "+", List.of(1.0), List.of(1.0), 0, d);
        refused("operators", 10, "+/", List.of(1.0), List.of(1.0), 0, d);
        refused("operators", 10, "++", List.of(1.0), List.of(1.0), 0, d);
        refused("carefulShares", 10, "+", List.of(1.0), List.of(), 0, d);
        refused("carefulShares", 10, "+", List.of(1.0), List.of(1.5), 0, d);
        refused("lengthWeights", 10, "+", List.of(0.0), List.of(1.0), 0, d);
        refused("slip", 10, "+", List.of(1.0), List.of(1.0), -0.1, d);
        assertThrows(IllegalArgumentException.class, () -> world.problem(9, Rng.of(1)));
        assertThrows(IllegalArgumentException.class, () -> world.problem(0, Rng.of(1)));
    }

    private static void refused(
            String named, int modulus, String operators, List<Double> lengths, List<Double> careful, double slip,
            ChainWorldSettings rest) {
        String message = assertThrows(IllegalArgumentException.class, () -> new ChainWorldSettings(
                        modulus, operators, lengths, careful, slip, rest.sloppyRules(), 0, rest.flaws()))
                .getMessage();
        assertTrue(message.startsWith("chain world: ") && message.contains(named), message);
    }

    private static List<DocumentClass> corpus(ChainWorldSettings settings, int documents) {
        ChainWorld world = new ChainWorld(settings);
        Rng rng = Rng.of(2026);
        return Arrays.asList(IntStream.range(0, documents)
                .mapToObj(i -> world.classify(world.document(rng)))
                .toArray(DocumentClass[]::new));
    }

    /** Within four standard errors of a binomial share: one failure in sixteen thousand by chance, and the seed is fixed. */
    private static void assertShare(double expected, long found, long of) {
        assertEquals(expected, (double) found / of, 4 * Math.sqrt(expected * (1 - expected) / of));
    }
}
