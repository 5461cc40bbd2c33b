package org.soarj.rl.verify;

import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one formula in cleaned LaTeX, or in plain text, by recursive descent.
 *
 * <pre>
 * sum     = ["+" | "-"] product {("+" | "-") product}
 * product = factor {["*" | "/"] factor}
 * factor  = ["+" | "-"] primary ["!"] ["^" exponent]
 * primary = number | name | \frac a b | \binom a b | \sqrt[n] a | "(" sum ")" | "{" sum "}"
 * </pre>
 */
final class ExpressionParser {
    private static final Pattern NUMBER = Pattern.compile(
            "(\\d{1,3}(?:,\\d{3})+(?!\\d)|\\d{1,3}(?: \\d{3})+(?!\\d)|\\d*)"
            + "(?:\\.(\\d*)(?:\\\\overline\\s*\\{(\\d+)\\})?)?");
    private static final Pattern MIXED = Pattern.compile(
            "\\s*\\\\frac\\s*(?:\\{\\s*(\\d+)\\s*\\}|(\\d))\\s*(?:\\{\\s*(\\d+)\\s*\\}|(\\d))"
            + "|\\s+(\\d+)\\s*/\\s*(\\d+)(?!\\d)");
    private static final Pattern COMMAND = Pattern.compile("\\\\([a-zA-Z]+)");
    private static final Pattern SUBSCRIPT = Pattern.compile("\\s*_\\s*(?:\\{\\s*(\\w+)\\s*\\}|(\\w))");
    private static final Set<String> NAMES = Set.of("alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "theta",
            "lambda", "mu", "nu", "rho", "sigma", "tau", "phi", "varphi", "omega", "pi", "infty", "Delta", "Omega", "ell");
    private static final Set<String> FUNCTIONS = Set.of("sin", "cos", "tan", "cot", "sec", "csc", "log", "ln", "exp",
            "gcd", "lcm", "max", "min", "mod");
    private static final int LONGEST_PRODUCT_OF_LETTERS = 3;

    private final String text;
    private int at;
    private int depth;

    private ExpressionParser(String text) {
        this.text = text;
    }

    /** @throws UnreadableException when this is not a formula of the kind above */
    static ClosedForm parse(String text) {
        UnreadableException.require(!text.matches("[A-Za-z ]{2,}"), "words");
        ExpressionParser parser = new ExpressionParser(text);
        ClosedForm form = parser.sum();
        UnreadableException.require(parser.peek() == 0, "something after the formula");
        return form;
    }

    private ClosedForm sum() {
        UnreadableException.require(++depth <= Limits.NESTING, "too deeply nested");
        ClosedForm sum = product();
        while (peek() == '+' || peek() == '-') {
            boolean plus = text.charAt(at++) == '+';
            ClosedForm next = product();
            sum = plus ? sum.plus(next) : sum.minus(next);
        }
        depth--;
        return sum;
    }

    private ClosedForm product() {
        ClosedForm product = factor();
        while (true) {
            if (take('*')) {
                product = product.times(factor());
            } else if (take('/')) {
                product = product.over(factor());
            } else if (startsFactor()) {
                product = product.times(factor());
            } else {
                return product;
            }
        }
    }

    /** Whether a factor follows without a sign between; two numbers side by side are not a product. */
    private boolean startsFactor() {
        char next = peek();
        String before = text.substring(0, at).stripTrailing();
        return Character.isLetter(next) || next == '(' || next == '{' || next == '\\'
                || Character.isDigit(next) && (before.endsWith("}") || before.endsWith(")"));
    }

    private ClosedForm factor() {
        UnreadableException.require(++depth <= Limits.NESTING, "too deeply nested");
        ClosedForm factor;
        if (take('-')) {
            factor = factor().negated();
        } else {
            take('+');
            factor = powers(primary());
        }
        depth--;
        return factor;
    }

    private ClosedForm powers(ClosedForm base) {
        ClosedForm value = take('!') ? factorial(base) : base;
        if (take('^')) {
            value = value.power(exponent());
            UnreadableException.require(peek() != '^', "a power of a power without brackets");
        }
        return value;
    }

    private ClosedForm exponent() {
        if (take('-')) {
            return exponent().negated();
        }
        if (!Character.isDigit(peek())) {
            return primary();
        }
        // Only digits: in 2^3\frac12 no mixed number starts, and in x^10 all of 10 is meant, whatever TeX would show.
        int start = at;
        while (at < text.length() && Character.isDigit(text.charAt(at))) {
            at++;
        }
        return ClosedForm.of(Rational.of(new BigInteger(text.substring(start, at))));
    }

    private ClosedForm primary() {
        char next = peek();
        if (take('(')) {
            return closed(')');
        } else if (take('{')) {
            return closed('}');
        } else if (Character.isDigit(next) || next == '.') {
            return number();
        } else if (Character.isLetter(next)) {
            return letter();
        } else if (next == '\\') {
            return command();
        }
        throw new UnreadableException("no value where one was expected");
    }

    private ClosedForm closed(char bracket) {
        ClosedForm inside = sum();
        UnreadableException.require(take(bracket), "an open bracket");
        return inside;
    }

    private ClosedForm number() {
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        UnreadableException.require(number.lookingAt() && number.end() > at + (text.charAt(at) == '.' ? 1 : 0), "no digits");
        at = number.end();
        String whole = number.group(1).replaceAll("[, ]", "");
        Matcher base = SUBSCRIPT.matcher(text).region(at, text.length());
        if (base.lookingAt()) {
            at = base.end();
            // Numerals of another base are compared digit by digit.
            return ClosedForm.symbol("[" + whole + "_" + (base.group(1) == null ? base.group(2) : base.group(1)) + "]");
        }
        Rational value = decimal(whole, number.group(2), number.group(3));
        return ClosedForm.of(number.group(2) == null ? mixed(value) : value);
    }

    private static Rational decimal(String whole, String places, String repeating) {
        String digits = places == null ? "" : places;
        Rational unit = Rational.of(BigInteger.TEN.pow(digits.length())).inverse();
        Rational value = Rational.of(new BigInteger("0" + whole + digits)).times(unit);
        if (repeating != null) {
            BigInteger nines = BigInteger.TEN.pow(repeating.length()).subtract(BigInteger.ONE);
            value = value.plus(new Rational(new BigInteger(repeating), nines).times(unit));
        }
        return value;
    }

    /** Adds the fraction of {@code 7\frac34} or {@code 7 3/4}; an improper one is a factor and is left for later. */
    private Rational mixed(Rational whole) {
        Matcher mixed = MIXED.matcher(text).region(at, text.length());
        if (!mixed.lookingAt()) {
            return whole;
        }
        BigInteger numerator = new BigInteger(firstOf(mixed, 1, 2, 5));
        BigInteger denominator = new BigInteger(firstOf(mixed, 3, 4, 6));
        if (numerator.compareTo(denominator) >= 0) {
            return whole;
        }
        at = mixed.end();
        return whole.plus(new Rational(numerator, denominator));
    }

    private static String firstOf(Matcher matcher, int... groups) {
        for (int group : groups) {
            if (matcher.group(group) != null) {
                return matcher.group(group);
            }
        }
        throw new IllegalStateException("no group of " + matcher + " matched");
    }

    private ClosedForm letter() {
        int end = at;
        while (end < text.length() && Character.isLetter(text.charAt(end))) {
            end++;
        }
        UnreadableException.require(end - at <= LONGEST_PRODUCT_OF_LETTERS && !FUNCTIONS.contains(text.substring(at, end)),
                "a word");
        return name(text.substring(at, ++at));
    }

    private ClosedForm name(String name) {
        Matcher subscript = SUBSCRIPT.matcher(text).region(at, text.length());
        if (subscript.lookingAt()) {
            at = subscript.end();
            return ClosedForm.symbol(name + "_" + (subscript.group(1) == null ? subscript.group(2) : subscript.group(1)));
        }
        return name.equals("i") ? ClosedForm.of(Polynomial.imaginaryUnit()) : ClosedForm.symbol(name);
    }

    private ClosedForm command() {
        Matcher command = COMMAND.matcher(text).region(at, text.length());
        UnreadableException.require(command.lookingAt(), "a command without a name");
        at = command.end();
        return switch (command.group(1)) {
            case "frac" -> argument().over(argument());
            case "binom" -> binomial(argument(), argument());
            case "sqrt" -> squareRoot();
            default -> {
                UnreadableException.require(NAMES.contains(command.group(1)), "an unknown command");
                yield name(command.group(1));
            }
        };
    }

    private ClosedForm squareRoot() {
        ClosedForm degree = take('[') ? closed(']') : ClosedForm.of(Rational.of(2));
        return argument().power(ClosedForm.of(Rational.ONE).over(degree));
    }

    /** What TeX takes as an argument: a group, a single digit, a letter, or a command; or something in parentheses. */
    private ClosedForm argument() {
        char next = peek();
        if (Character.isDigit(next)) {
            at++;
            return ClosedForm.of(Rational.of(Character.digit(next, 10)));
        }
        UnreadableException.require(next != '.', "an argument that starts with a point");
        return primary();
    }

    private static ClosedForm factorial(ClosedForm of) {
        int n = smallWhole(of);
        BigInteger product = BigInteger.ONE;
        for (int i = 2; i <= n; i++) {
            product = product.multiply(BigInteger.valueOf(i));
        }
        return ClosedForm.of(Rational.of(product));
    }

    private static ClosedForm binomial(ClosedForm of, ClosedForm choose) {
        int n = smallWhole(of);
        int k = smallWhole(choose);
        Rational ways = Rational.of(k <= n ? 1 : 0);
        for (int i = 1; i <= k && k <= n; i++) {
            ways = ways.times(Rational.of(n - k + i, i));
        }
        return ClosedForm.of(ways);
    }

    private static int smallWhole(ClosedForm form) {
        Optional<Rational> value = form.asRational().filter(Rational::isWhole)
                .filter(n -> n.signum() >= 0 && n.compareTo(Rational.of(Limits.FACTORIAL)) <= 0);
        return value.orElseThrow(() -> new UnreadableException("not a small whole number")).numerator().intValueExact();
    }

    /** Steps over spaces and gives the character after them, or 0 at the end. */
    private char peek() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean take(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }
}
