/**
 * The parts of the loop played by a Llama.
 *
 * <p>{@link org.soarj.soar.SoarLoop} knows a teacher, an inner loop and an evaluator as interfaces; here they are real:
 * {@link org.soarj.soar.actor.LlamaTeacher} writes and learns, {@link org.soarj.soar.actor.LlamaStudents} trains and
 * measures students by {@link org.soarj.soar.actor.StudentTraining}, which the comparison arms use too, so that an arm
 * never differs from the inner loop by accident. {@link org.soarj.soar.actor.TwoTurnTeacher} writes question and answer apart,
 * {@link org.soarj.soar.actor.LlamaSuccessRates} is what rewards without students are made of. {@link org.soarj.soar.actor.Task} says what is asked and how it is judged.
 *
 * <pre>{@code
 * LlamaTeacher teacher = new LlamaTeacher(backend, base.copy(), task, sampling, teacherSettings);
 * LlamaStudents students = new LlamaStudents(backend, task, training, new Gain.Greedy());
 * SoarLoop<Llama> loop = new SoarLoop<>(settings, hardTrain, teacher, students, students, events, Rng.of(1));
 * SoarState<Llama> end = loop.run(SoarState.start(base));
 * }</pre>
 *
 * <p>Deliberately absent: students on other machines.
 */
package org.soarj.soar.actor;
