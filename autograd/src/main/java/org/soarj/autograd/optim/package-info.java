/**
 * From gradients to new parameters: {@link org.soarj.autograd.optim.AdamW} (with global-norm clipping) and the learning
 * rate of each step, {@link org.soarj.autograd.optim.Schedule}.
 *
 * <pre>{@code
 * AdamW optimiser = new AdamW(AdamW.Settings.DEFAULT, model.parameters());
 * Schedule schedule = Schedule.cosine(3e-3, 50, 1000);
 * for (int step = 0; step < 1000; step++) {
 *     Backward.from(backend, loss(step));
 *     double norm = optimiser.step(backend, schedule.at(step));
 * }
 * }</pre>
 *
 * <p>Deliberately absent: other optimisers, parameter groups.
 */
package org.soarj.autograd.optim;
