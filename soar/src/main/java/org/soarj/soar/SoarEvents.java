package org.soarj.soar;

/** Hears what a run does, so that logging, progress and checkpoints stay outside the loop. */
public interface SoarEvents<W> {
    /** A listener that does nothing. */
    static <W> SoarEvents<W> none() {
        return new SoarEvents<>() {};
    }

    /**
     * A student was promoted. Comes before the teacher's update of the same step, so a run that dies in between and resumes
     * tells it again.
     */
    default void promoted(Promotion promotion, W student) {}

    /** A step is over, teacher update included: {@code next}, with the teacher as it is now, is what a checkpoint saves. */
    default void stepDone(StepReport report, SoarState<W> next) {}
}
