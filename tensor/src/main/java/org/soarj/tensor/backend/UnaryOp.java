package org.soarj.tensor.backend;

/** Functions of one number, applied to every element. The second line of each is its derivative. */
public enum UnaryOp {
    /** y = -x; dy/dx = -1. */
    NEG,
    /** y = e^x; dy/dx = y. */
    EXP,
    /** y = ln x; dy/dx = 1/x. */
    LOG,
    /** y = x^2; dy/dx = 2x. */
    SQUARE,
    /** y = x^(-1/2); dy/dx = -y^3/2. */
    RSQRT,
    /** y = tanh x; dy/dx = 1 - y^2. */
    TANH,
    /** y = 1/(1+e^-x); dy/dx = y(1-y). */
    SIGMOID,
    /** y = x s, s = sigmoid(x); dy/dx = s(1 + x(1-s)). */
    SILU
}
