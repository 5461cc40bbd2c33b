/**
 * The derivative rules, one small class each, forward beside backward and the derivation in one line above both.
 *
 * <p>Start with {@link org.soarj.autograd.op.Scale} and {@link org.soarj.autograd.op.MatMul}; the only long ones are
 * {@link org.soarj.autograd.op.RmsNorm} and {@link org.soarj.autograd.op.Attention}. Ops that need their own result in the
 * backward pass are classes with a field, the others are records. They read their inputs by {@code operand()}, which unlike
 * {@code value()} promises not to keep the tensor.
 *
 * <pre>{@code
 * Variable y = graph.apply(new Scale(2f, x));
 * }</pre>
 *
 * <p>A new op needs a case in {@link org.soarj.autograd.check.OpCases}; a test fails until it has one.
 * Deliberately absent: layers, losses, anything with parameters of its own.
 */
package org.soarj.autograd.op;
