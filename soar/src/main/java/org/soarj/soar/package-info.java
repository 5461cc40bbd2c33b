/**
 * SOAR: a teacher that learns to write questions which make a student better at problems it cannot solve.
 *
 * <p>The problem: on a hard data set D the student never earns a reward, so reinforcement learning has nothing to hold on
 * to. SOAR (Sundaram et al. 2026, arXiv 2601.18778) starts a second copy of the model as a teacher. In every outer step the
 * teacher writes data sets of questions with answers; short inner loops train students on them; and the teacher is paid by
 * what its data set gained the student on D. When the gain stays above a threshold the trained student becomes the new
 * baseline, and the questions that made it are kept. The teacher never sees D.
 *
 * <p>Reading order: {@link org.soarj.soar.SoarSettings} (the constants of Table 3), {@link org.soarj.soar.SoarLoop} (one
 * method per line of Algorithm 1), {@link org.soarj.soar.GroundedReward} and {@link org.soarj.soar.PromotionRule} (its
 * arithmetic), then the interfaces that the loop drives: {@link org.soarj.soar.Teacher}, {@link org.soarj.soar.InnerLoop},
 * {@link org.soarj.soar.StudentEvaluator}, {@link org.soarj.soar.SoarEvents}. {@link org.soarj.soar.LocalJobs} runs inner loops
 * side by side and tries failed ones again. What a teacher needs to turn raw samples into
 * documents: {@link org.soarj.soar.RejectionSampler} and {@link org.soarj.soar.TeacherOutputFilter}.
 *
 * <pre>{@code
 * var loop = new SoarLoop<Weights>(SoarSettings.PAPER, hardProblems, teacher, innerLoop, evaluator, events, Rng.of(7));
 * SoarState<Weights> end = loop.run(SoarState.start(baseWeights));
 * List<Problem> curriculum = end.promotionQuestions().problems();   // PQ: n for each promotion
 * Weights promotedStudent = end.baseline();                         // PS
 * }</pre>
 *
 * <p>Deliberately absent: models, optimisers and files. The student's weights are a type parameter that the loop only hands
 * on, so all of it runs under fakes; saving is the listener's business, and {@link org.soarj.soar.SoarState} is what it saves.
 */
package org.soarj.soar;
