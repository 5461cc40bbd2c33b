package org.soarj.rl.verify;

import java.math.BigInteger;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.soarj.rl.verify.Expression.Function;

/**
 * Reads one formula in cleaned LaTeX, or in plain text, by recursive descent.
 *
 * <pre>
 * sum      = ["+" | "-"] product {("+" | "-") product}
 * product  = factor {["*" | "/"] factor}
 * factor   = ["+" | "-"] primary ["!"] ["°"] ["%"] ["^" exponent]
 * primary  = number | name | \frac a b | \binom a b | \sqrt[n] a | function | "(" sum ")" | "{" sum "}" | "|" sum "|"
 * function = \sin ["^" exponent] argument | \log ["_" base] argument | \lfloor sum \rfloor | ...
 * </pre>
 */
final class ExpressionParser {
    private static final Pattern SUBSCRIPT = Pattern.compile("\\s*_\\s*(?:\\{\\s*(\\w+)\\s*\\}|(\\w))");
    private static final Pattern BASE_OF_CALL = Pattern.compile("\\d+(?=\\s*\\()");
    private static final Pattern WORDS = Pattern.compile("[A-Za-z ]{2,}");
    private static final Pattern PLAIN_CALL = Pattern.compile(" ?(?:pi|(?:sin|cos|tan|cot|sec|csc|ln|log|sqrt) [a-z]) ?");
    private static final Set<String> NAMES = Set.of("alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "theta",
            "lambda", "mu", "nu", "rho", "sigma", "tau", "phi", "varphi", "omega", "pi", "infty", "Delta", "Omega", "ell");
    private static final Map<String, Function> FUNCTIONS = Map.ofEntries(
            Map.entry("sin", Function.SIN), Map.entry("cos", Function.COS), Map.entry("tan", Function.TAN),
            Map.entry("cot", Function.COT), Map.entry("sec", Function.SEC), Map.entry("csc", Function.CSC),
            Map.entry("arcsin", Function.ARCSIN), Map.entry("arccos", Function.ARCCOS),
            Map.entry("arctan", Function.ARCTAN), Map.entry("sinh", Function.SINH), Map.entry("cosh", Function.COSH),
            Map.entry("tanh", Function.TANH), Map.entry("ln", Function.LN), Map.entry("log", Function.LN));
    private static final Map<Function, Function> INVERSES = Map.of(Function.SIN, Function.ARCSIN,
            Function.COS, Function.ARCCOS, Function.TAN, Function.ARCTAN);
    private static final Set<Function> OF_AN_ANGLE = Set.of(
            Function.SIN, Function.COS, Function.TAN, Function.COT, Function.SEC, Function.CSC);
    private static final Map<String, Function> FENCES =
            Map.of("lfloor", Function.FLOOR, "lceil", Function.CEIL, "lvert", Function.ABS);
    private static final Set<String> ENDS = Set.of("rfloor", "rceil", "rvert", "choose");
    private static final Set<String> PLAIN_WORDS = Set.of("sqrt", "exp", "cis");
    private static final Set<String> OTHER_FUNCTIONS = Set.of("gcd", "lcm", "max", "min", "mod");
    private static final int LONGEST_PRODUCT_OF_LETTERS = 3;
    private static final int HALF_TURN = 180;
    private static final int HUNDRED = 100;

    private final String text;
    private int at;
    private int depth;
    private boolean withinBars;
    private boolean withinAngle;

    private ExpressionParser(String text) {
        this.text = text;
    }

    /** @throws UnreadableException when this is not a formula of the kind above */
    static Expression parse(String text) {
        UnreadableException.require(!WORDS.matcher(text).matches() || PLAIN_CALL.matcher(text).matches(), "words");
        ExpressionParser parser = new ExpressionParser(text);
        Expression form = parser.sum();
        UnreadableException.require(parser.peek() == 0, "something after the formula");
        return form;
    }

    private Expression sum() {
        UnreadableException.require(++depth <= Limits.NESTING, "too deeply nested");
        Expression sum = product();
        while (peek() == '+' || peek() == '-') {
            boolean plus = text.charAt(at++) == '+';
            Expression next = product();
            sum = plus ? new Expression.Sum(sum, next) : Expression.difference(sum, next);
        }
        depth--;
        return sum;
    }

    private Expression product() {
        Expression product = factor();
        while (true) {
            if (take('*')) {
                product = new Expression.Product(product, factor());
            } else if (take('/')) {
                product = new Expression.Quotient(product, factor());
            } else if (startsFactor()) {
                product = new Expression.Product(product, factor());
            } else {
                return product;
            }
        }
    }

    /** Whether a factor follows without a sign between; two numbers side by side are not a product. */
    private boolean startsFactor() {
        char next = peek();
        String before = text.substring(0, at).stripTrailing();
        return Character.isLetter(next) || next == '(' || next == '{' || next == '|' && !withinBars
                || next == '\\' && !ENDS.contains(wordAt(at + 1))
                || Character.isDigit(next) && (before.endsWith("}") || before.endsWith(")"));
    }

    private Expression factor() {
        UnreadableException.require(++depth <= Limits.NESTING, "too deeply nested");
        Expression factor;
        if (take('-')) {
            factor = new Expression.Negative(factor());
        } else {
            take('+');
            factor = powers(primary());
        }
        depth--;
        return factor;
    }

    private Expression powers(Expression base) {
        Expression value = base;
        if (take('!')) {
            UnreadableException.require(peek() != '!', "a double factorial");
            value = new Expression.Call(Function.FACTORIAL, value);
        }
        if (take('\u00b0') && withinAngle) {
            value = new Expression.Product(
                    value, new Expression.Quotient(new Expression.Name("pi"), Expression.number(HALF_TURN)));
        }
        if (take('%')) {
            value = new Expression.Quotient(value, Expression.number(HUNDRED));
        }
        if (take('^')) {
            value = new Expression.Power(value, exponent());
            UnreadableException.require(peek() != '^', "a power of a power without brackets");
        }
        return value;
    }

    private Expression exponent() {
        if (take('-')) {
            return new Expression.Negative(exponent());
        }
        // Only digits: in 2^3\frac12 no mixed number starts, and in x^10 all of 10 is meant, whatever TeX would show.
        return Character.isDigit(peek()) ? digits() : primary();
    }

    private Expression digits() {
        int start = at;
        while (at < text.length() && Character.isDigit(text.charAt(at))) {
            at++;
        }
        return new Expression.Number(Rational.of(new BigInteger(text.substring(start, at))));
    }

    private Expression primary() {
        char next = peek();
        if (take('(')) {
            return closed(')');
        } else if (take('{')) {
            return closed('}');
        } else if (next == '|') {
            return absolute();
        } else if (Character.isDigit(next) || next == '.') {
            return number();
        } else if (Character.isLetter(next)) {
            return letter();
        } else if (take('\\')) {
            String command = wordAt(at);
            at += command.length();
            return named(command);
        }
        throw new UnreadableException("no value where one was expected");
    }

    /** What stands in a bracket; a bar in it opens, whatever stands around. */
    private Expression closed(char bracket) {
        boolean outside = withinBars;
        withinBars = false;
        Expression inside = sum();
        if (bracket == '}' && peek() == '\\' && wordAt(at + 1).equals("choose")) {
            at += "\\choose".length();
            inside = new Expression.Binomial(inside, sum());
        }
        withinBars = outside;
        UnreadableException.require(take(bracket), "an open bracket");
        return inside;
    }

    private Expression absolute() {
        UnreadableException.require(!withinBars && take('|'), "bars within bars");
        withinBars = true;
        Expression inside = sum();
        withinBars = false;
        UnreadableException.require(take('|'), "an open bar");
        return new Expression.Call(Function.ABS, inside);
    }

    private Expression number() {
        NumeralReader numeral = NumeralReader.at(text, at);
        at = numeral.end();
        Matcher base = SUBSCRIPT.matcher(text).region(at, text.length());
        if (!base.lookingAt()) {
            return new Expression.Number(numeral.value());
        }
        at = base.end();
        return NumeralReader.inBase(numeral.whole(), indexOf(base));
    }

    private Expression letter() {
        String word = wordAt(at);
        if (word.startsWith("pi")) {
            at += 2;
            return new Expression.Name("pi");
        }
        if (PLAIN_WORDS.contains(word) || FUNCTIONS.containsKey(word)) {
            at += word.length();
            return named(word);
        }
        UnreadableException.require(
                word.length() <= LONGEST_PRODUCT_OF_LETTERS && !OTHER_FUNCTIONS.contains(word), "a word");
        return name(text.substring(at, ++at));
    }

    private Expression name(String name) {
        Matcher subscript = SUBSCRIPT.matcher(text).region(at, text.length());
        if (!subscript.lookingAt()) {
            return new Expression.Name(name);
        }
        at = subscript.end();
        return new Expression.Name(name + "_" + indexOf(subscript));
    }

    private static String indexOf(Matcher subscript) {
        return subscript.group(1) == null ? subscript.group(2) : subscript.group(1);
    }

    private Expression named(String name) {
        return switch (name) {
            case "frac" -> new Expression.Quotient(argument(), argument());
            case "binom" -> new Expression.Binomial(argument(), argument());
            case "sqrt" -> root();
            case "exp" -> new Expression.Power(new Expression.Name("e"), argumentOfFunction());
            case "cis" -> cis();
            case "lfloor", "lceil", "lvert" -> fenced(name);
            default -> {
                if (FUNCTIONS.containsKey(name)) {
                    yield function(name);
                }
                UnreadableException.require(NAMES.contains(name), "an unknown command");
                yield name(name);
            }
        };
    }

    private Expression root() {
        Expression degree = take('[') ? closed(']') : Expression.number(2);
        return Expression.root(argument(), degree);
    }

    private Expression fenced(String opening) {
        boolean outside = withinBars;
        withinBars = false;
        Expression inside = sum();
        withinBars = outside;
        String closing = "r" + opening.substring(1);
        UnreadableException.require(take('\\') && wordAt(at).equals(closing), "an open bracket");
        at += closing.length();
        return new Expression.Call(FENCES.get(opening), inside);
    }

    private Expression cis() {
        Expression angle = angle();
        return new Expression.Sum(new Expression.Call(Function.COS, angle),
                new Expression.Product(new Expression.Name("i"), new Expression.Call(Function.SIN, angle)));
    }

    /** {@code \sin^2 x} is a square, {@code \sin^{-1} x} the inverse function; {@code \log} without a base is to base 10. */
    private Expression function(String name) {
        Function function = FUNCTIONS.get(name);
        Expression base = name.equals("log") ? take('_') ? baseOfLogarithm() : Expression.number(10) : null;
        Expression power = take('^') ? exponent() : null;
        if (new Expression.Negative(Expression.number(1)).equals(power)) {
            UnreadableException.require(INVERSES.containsKey(function), "an inverse of " + name);
            return new Expression.Call(INVERSES.get(function), argumentOfFunction());
        }
        Expression call = new Expression.Call(function, OF_AN_ANGLE.contains(function) ? angle() : argumentOfFunction());
        if (base != null) {
            call = new Expression.Quotient(call, new Expression.Call(Function.LN, base));
        }
        return power == null ? call : new Expression.Power(call, power);
    }

    private Expression baseOfLogarithm() {
        return BASE_OF_CALL.matcher(text).region(at, text.length()).lookingAt() ? digits() : argument();
    }

    private Expression angle() {
        boolean outside = withinAngle;
        withinAngle = true;
        Expression angle = argumentOfFunction();
        withinAngle = outside;
        return angle;
    }

    /** A bracket, or else the factors up to the next sign, bracket or function: {@code \sin 2x \cos y} has two calls. */
    private Expression argumentOfFunction() {
        if (take('-')) {
            return new Expression.Negative(argumentOfFunction());
        }
        boolean bracketed = "({|".indexOf(peek()) >= 0;
        Expression argument = powersOfArgument(bracketed);
        while (!bracketed && startsFactor() && "({|".indexOf(peek()) < 0 && startsName()) {
            argument = new Expression.Product(argument, powers(primary()));
        }
        UnreadableException.require(bracketed || peek() != '/', "a slash after an argument without brackets");
        return argument;
    }

    private Expression powersOfArgument(boolean bracketed) {
        UnreadableException.require(++depth <= Limits.NESTING, "too deeply nested");
        Expression first = bracketed ? primary() : powers(primary());
        depth--;
        return first;
    }

    private boolean startsName() {
        String word = wordAt(peek() == '\\' ? at + 1 : at);
        return peek() == '\\' ? NAMES.contains(word)
                : word.startsWith("pi") || !PLAIN_WORDS.contains(word) && !FUNCTIONS.containsKey(word);
    }

    /** What TeX takes as an argument: a group, a single digit, a letter, or a command; or something in parentheses. */
    private Expression argument() {
        char next = peek();
        if (Character.isDigit(next)) {
            at++;
            return Expression.number(Character.digit(next, 10));
        }
        UnreadableException.require(next != '.', "an argument that starts with a point");
        return primary();
    }

    /** The letters from {@code start} on. */
    private String wordAt(int start) {
        int end = start;
        while (end < text.length() && Character.isLetter(text.charAt(end))) {
            end++;
        }
        return text.substring(Math.min(start, end), end);
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
