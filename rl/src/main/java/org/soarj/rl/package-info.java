/**
 * RLOO with verifiable rewards: from sampled completions to a gradient on log-probabilities.
 *
 * <p>The problem: a policy writes G completions for one question, a checker scores them, and the policy should write more
 * of what scored above its siblings. Everything here is arithmetic on plain arrays, so each formula can be read and
 * checked by itself; the model that supplies the log-probabilities comes in from outside.
 *
 * <p>Reading order: {@link org.soarj.rl.Problem}, {@link org.soarj.rl.Rollout}, {@link org.soarj.rl.Reward} (text to
 * {@link org.soarj.rl.Score}), {@link org.soarj.rl.KlPenalty} (reward minus the drift from the reference model),
 * {@link org.soarj.rl.Advantage} (leave-one-out), {@link org.soarj.rl.PolicyLoss} (loss value and its exact derivative by
 * every log-probability), {@link org.soarj.rl.PolicyUpdate} (optimiser steps along it), {@link org.soarj.rl.RlooTrainer} (all of it,
 * step by step, with the siblings of RLOO as settings), {@link org.soarj.rl.AnswerSheet} and {@link org.soarj.rl.PassAtK}
 * (evaluation). How answers are compared is in {@link org.soarj.rl.verify}, how
 * data sets are read in {@link org.soarj.rl.data}.
 *
 * <pre>{@code
 * Reward reward = new PaperReward(MathVerifier.withDefaults());
 * KlPenalty penalty = KlPenalty.of(0.001);
 * double[] rewards = new double[group.size()];
 * for (int i = 0; i < rewards.length; i++) {
 *     double raw = reward.score(problem, texts[i]).value();              // 0, 10, 20 or 120
 *     rewards[i] = penalty.apply(raw, old[i], reference[i]);
 * }
 * double[] advantages = Advantage.leaveOneOut().of(rewards);             // sums to 0
 * PolicyLoss.Step step = PolicyLoss.plain().of(now, old, advantages);    // step.gradient() seeds the backward pass
 * }</pre>
 *
 * <p>Formulas follow TRL's RLOOTrainer where peers differ (verl, OpenRLHF); each docstring says where.
 *
 * <p>Deliberately absent: a value network, generalised advantage estimation, token-level rewards, and division of RLOO
 * advantages by a deviation of the siblings, which explodes when they agree.
 */
package org.soarj.rl;
