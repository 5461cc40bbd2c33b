package org.soarj.soar.actor;

import org.soarj.autograd.optim.AdamW;
import org.soarj.soar.Teacher;
import org.soarj.transformer.Llama;

/** A teacher with weights and an optimiser, which a checkpoint keeps. */
public interface TrainedTeacher extends Teacher {
    /** The weights, trained in place. */
    Llama model();

    /** Its state lasts for the whole run. */
    AdamW optimiser();
}
