package org.soarj.soar.run;

import java.nio.file.Path;

/** Hears how a run with checkpoints goes on. */
public interface RunListener {
    /** A checkpoint is on the disk. */
    void saved(Path checkpoint);

    /** The run goes on after {@code step} steps. */
    void resumed(int step);

    /** Something is not as it should be, but the run goes on. */
    void warning(String message);
}
