/**
 * Gradients against central differences, shipped because {@code soar gradcheck} is a user's command.
 *
 * <p>{@link org.soarj.autograd.check.GradientCheck} compares any function, of given inputs or of the parameters of a
 * model; {@link org.soarj.autograd.check.OpCases} draws inputs for every op.
 *
 * <pre>{@code
 * for (OpCases.Case op : OpCases.all()) {
 *     OpCases.Drawn drawn = op.draw().from(Rng.of(1));
 *     System.out.println(op.name() + " " + GradientCheck.check(backend, drawn.function(), drawn.inputs(), Rng.of(2), 20));
 * }
 * }</pre>
 *
 * <p>Deliberately absent: a verdict; the caller compares the error with a tolerance.
 */
package org.soarj.autograd.check;
