package org.soarj.soar.actor;

import org.soarj.rl.Evaluation;
import org.soarj.rl.PromptFormat;
import org.soarj.rl.Reward;
import org.soarj.soar.TeacherOutputFilter;

/**
 * What a run is about: how a question is put to a student, how an answer is judged, and how a teacher is asked.
 *
 * @param format student prompts and completions
 * @param teacherPrompt the one fixed prompt of the teacher, as token ids
 * @param filter which teacher outputs are questions with answers
 * @param reward what students are trained on
 * @param judge whether an answer is right, for every accuracy that is reported
 */
public record Task(PromptFormat format, int[] teacherPrompt, TeacherOutputFilter filter, Reward reward,
                   Evaluation.Judge judge) {}
