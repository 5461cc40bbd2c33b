package org.soarj.soar.experiment;

/** Hears how far a demo is. */
public interface DemoListener {
    /** A stage of {@code steps} steps begins. */
    void begin(String stage, int steps);

    /** One step of the present stage is done; {@code note} says in a few words how it stands. */
    void step(String note);

    /** The present stage is over. */
    void end(String summary);
}
