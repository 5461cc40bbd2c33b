package org.soarj.soar.run;

/** A log of a run that a resumed run can cut back to where its checkpoint was. */
interface RunLog extends AutoCloseable {
    /** The log's length with all so far, which is then on the disk: a place to {@link #rewind} to. */
    long mark();

    /**
     * Forgets everything after {@code mark}, which {@link #mark} gave.
     *
     * @throws IllegalStateException when the log is shorter than that
     */
    void rewind(long mark);

    @Override
    void close();
}
