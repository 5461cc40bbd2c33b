package org.soarj.rl.verify;

import java.util.Locale;

/**
 * A formula as it is written, read by {@link ExpressionParser}. {@link Simplifier} computes with it exactly,
 * {@link PointValue} at a point.
 */
sealed interface Expression {
    /** A letter, perhaps with an index, a constant such as {@code pi}, or a numeral of another base. */
    record Name(String name) implements Expression {
        @Override
        public String toString() {
            return name;
        }
    }

    record Number(Rational value) implements Expression {
        @Override
        public String toString() {
            return value.toString();
        }
    }

    record Sum(Expression left, Expression right) implements Expression {
        @Override
        public String toString() {
            return "(" + left + " + " + right + ")";
        }
    }

    record Negative(Expression of) implements Expression {
        @Override
        public String toString() {
            return "-" + of;
        }
    }

    record Product(Expression left, Expression right) implements Expression {
        @Override
        public String toString() {
            return left + "*" + right;
        }
    }

    record Quotient(Expression numerator, Expression denominator) implements Expression {
        @Override
        public String toString() {
            return "(" + numerator + ")/(" + denominator + ")";
        }
    }

    record Power(Expression base, Expression exponent) implements Expression {
        @Override
        public String toString() {
            return "(" + base + ")^(" + exponent + ")";
        }
    }

    record Binomial(Expression of, Expression choose) implements Expression {
        @Override
        public String toString() {
            return "binom(" + of + ", " + choose + ")";
        }
    }

    record Call(Function function, Expression of) implements Expression {
        @Override
        public String toString() {
            return function.name().toLowerCase(Locale.ROOT) + "(" + of + ")";
        }
    }

    /** Functions of one argument. {@link #LN} serves every base; a logarithm without one is to base 10. */
    enum Function {
        SIN, COS, TAN, COT, SEC, CSC, ARCSIN, ARCCOS, ARCTAN, SINH, COSH, TANH, LN, ABS, FLOOR, CEIL, FACTORIAL
    }

    static Expression number(long value) {
        return new Number(Rational.of(value));
    }

    static Expression root(Expression of, Expression degree) {
        return new Power(of, new Quotient(number(1), degree));
    }

    /** {@code left - right}. */
    static Expression difference(Expression left, Expression right) {
        return new Sum(left, new Negative(right));
    }
}
