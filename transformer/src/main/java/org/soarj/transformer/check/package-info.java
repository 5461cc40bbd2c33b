/**
 * A whole model against central differences: what the checks of single ops cannot see, such as a weight that is used
 * twice or a gradient that is handed over wrongly between two layers.
 *
 * <p>{@link org.soarj.transformer.check.LlamaCheck} draws small Llamas and compares their gradients.
 *
 * <pre>{@code
 * for (LlamaCheck model : LlamaCheck.values()) {
 *     System.out.println(model + " " + model.check(backend, Rng.of(1), 12));
 * }
 * }</pre>
 *
 * <p>Deliberately absent: models of a useful size; a partial derivative costs four forward passes.
 */
package org.soarj.transformer.check;
