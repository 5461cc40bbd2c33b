package org.soarj.tensor.backend;

/** Functions of two numbers, applied element by element with broadcasting. */
public enum BinaryOp {
    ADD, SUB, MUL, DIV
}
