package org.soarj.soar.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A left-to-right calculation over single digits, such as {@code 3+4-1}, in which {@code *} binds no tighter than the rest.
 *
 * @param operands k + 1 digits
 * @param operators k of {@code + - *}, k at least 1
 */
record Chain(List<Integer> operands, String operators) {

    /** One line of a working: {@code 3+4=7}. */
    record Step(int left, char operator, int right, int result) {
        @Override
        public String toString() {
            return "" + left + operator + right + '=' + result;
        }
    }

    /** An author's result of {@code left operator right}, a digit. */
    @FunctionalInterface
    interface Rule {
        int result(int left, char operator, int right);
    }

    Chain {
        operands = List.copyOf(operands);
    }

    /** Number of steps k. */
    int length() {
        return operators.length();
    }

    /** The chain that a question spells; empty unless it is digit, operator, digit and so on, with one operator at least. */
    static Optional<Chain> parse(String question, ChainWorldSettings settings) {
        if (question.length() < 3 || question.length() % 2 == 0) {
            return Optional.empty();
        }
        List<Integer> operands = new ArrayList<>();
        StringBuilder operators = new StringBuilder();
        for (int i = 0; i < question.length(); i++) {
            char c = question.charAt(i);
            if (i % 2 == 0 ? !isDigit(c, settings) : settings.operators().indexOf(c) < 0) {
                return Optional.empty();
            }
            if (i % 2 == 0) {
                operands.add(c - '0');
            } else {
                operators.append(c);
            }
        }
        return Optional.of(new Chain(operands, operators.toString()));
    }

    /** The steps that a working spells, {@code 3+4=7,7-1=6}; empty unless all of it is such steps. */
    static Optional<List<Step>> parseWorking(String working, ChainWorldSettings settings) {
        List<Step> steps = new ArrayList<>();
        for (String part : working.split(",", -1)) {
            boolean sound = part.length() == 5
                    && isDigit(part.charAt(0), settings)
                    && settings.operators().indexOf(part.charAt(1)) >= 0
                    && isDigit(part.charAt(2), settings)
                    && part.charAt(3) == '='
                    && isDigit(part.charAt(4), settings);
            if (!sound) {
                return Optional.empty();
            }
            steps.add(new Step(part.charAt(0) - '0', part.charAt(1), part.charAt(2) - '0', part.charAt(4) - '0'));
        }
        return Optional.of(List.copyOf(steps));
    }

    /** The working of an author: each step starts from what the author wrote as the result of the one before. */
    String working(Rule rule) {
        List<String> steps = new ArrayList<>();
        int value = operands.getFirst();
        for (int i = 0; i < length(); i++) {
            int right = operands.get(i + 1);
            int result = rule.result(value, operators.charAt(i), right);
            steps.add(new Step(value, operators.charAt(i), right, result).toString());
            value = result;
        }
        return String.join(",", steps);
    }

    /** Whether the steps are this chain's, each going on from the one before, whatever their results. */
    boolean isFollowedBy(List<Step> steps) {
        if (steps.size() != length()) {
            return false;
        }
        int value = operands.getFirst();
        for (int i = 0; i < length(); i++) {
            Step step = steps.get(i);
            if (step.left() != value || step.operator() != operators.charAt(i) || step.right() != operands.get(i + 1)) {
                return false;
            }
            value = step.result();
        }
        return true;
    }

    /** The true result modulo {@code modulus}. */
    static int calculate(int left, char operator, int right, int modulus) {
        int result = switch (operator) {
            case '+' -> left + right;
            case '-' -> left - right;
            case '*' -> left * right;
            default -> throw new IllegalArgumentException("chain: + - and * are known, got " + operator);
        };
        return Math.floorMod(result, modulus);
    }

    /** {@code 3+4-1}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder().append(operands.getFirst());
        for (int i = 0; i < length(); i++) {
            text.append(operators.charAt(i)).append(operands.get(i + 1));
        }
        return text.toString();
    }

    private static boolean isDigit(char c, ChainWorldSettings settings) {
        return c >= '0' && c < '0' + settings.modulus();
    }
}
