package org.soarj.tensor.cpu;

/** Packs b as the panels that the tiles read, from where it lies: in rows, transposed, or in 16 bits. */
final class GemmPanels {
    /** Columns of a panel: a wide tile needs the 32 registers that come with 512-bit vectors. */
    static final int COLS = Lanes.WIDTH == 16 ? GemmKernels.COLS : GemmNarrowKernels.COLS;
    private static final int NARROW = GemmNarrowKernels.COLS;
    private static final int SLIM = GemmSlimKernels.COLS;
    /** Columns of a transposed b that are packed at a time: as many streams. */
    private static final int STRIP = Math.min(16, COLS);

    /** Only there once a b was stored in 16 bits. */
    private float[] widened;

    /**
     * Panels at {@code start} of columns j to end-1, each as wide as {@link #width} says; they begin with step {@code block} and are
     * {@code panelDepth} deep. Of a b that is not transposed {@code steps} steps from p on are packed.
     */
    void pack(GemmProduct of, int item, int block, int panelDepth, int p, int steps, int j, int end, float[] to, int start) {
        float[] source = of.b;
        int first = of.bAt(item, p, j);
        int stride = of.n;
        if (of.half != null) {
            widen(of, first, steps, stride, end - j);
            source = widened;
            first = 0;
            stride = end - j;
        }
        int whole = (end - j) / COLS * COLS;
        GemmPacking.panels(source, first, stride, whole / COLS, COLS, steps, to, start + (p - block) * COLS,
                COLS * panelDepth);
        for (int done = whole, width; done < end - j; done += width) {
            width = width(of, end - j - done);
            int cols = Math.min(width, end - j - done);
            GemmPacking.lastPanel(source, first + done, stride, cols, steps, to, start + done * panelDepth + (p - block) * width, width);
        }
    }

    /** Where the whole panels of columns j to end-1 end for which there are first tiles. */
    static int whole(GemmProduct of, int j, int end) {
        int rest = (end - j) % COLS;
        return end - rest + (rest >= NARROW && width(of, rest) == NARROW ? NARROW : 0);
    }

    /** Columns of a transposed b from {@code from} on that {@link #packStrip} takes at a time. */
    static int strip(GemmProduct of, int from, int end) {
        if (of.panels == null) {
            return STRIP;
        }
        int group = WeightPanels.GROUP * WeightPanels.COLS;
        return end - from >= group && of.panels.beginsGroup(from / WeightPanels.COLS) ? group : WeightPanels.COLS;
    }

    /** The strip of columns from {@code from} on, or what is left, of a transposed b whose columns j to end-1 go to start. */
    void packStrip(GemmProduct of, int item, int p, int steps, int from, int j, int end, float[] to, int start) {
        int panel = (from - j) / COLS * COLS;
        int width = width(of, end - j - panel);
        if (from - j - panel >= width) {
            panel += width;
            width = width(of, end - j - panel);
        }
        int at = start + panel * steps;
        int first = at + from - j - panel;
        if (of.panels != null) {
            if (strip(of, from, end) > WeightPanels.COLS) {
                of.panels.widenGroup(from / WeightPanels.COLS, p, steps, to, first, width);
            } else {
                of.panels.widen(from / WeightPanels.COLS, p, steps, to, first, width);
            }
            return;
        }
        int last = Math.min(end, from + STRIP);
        GemmPacking.transposed(of.b, of.bAt(item, p, from), of.k, last - from, steps, to, first, width);
        if (last == end) {
            GemmPacking.fill(end - j - panel, steps, to, at, width);
        }
    }

    /** Lines of a block of b that is to be packed, as floats: few enough to be still in the cache when they are. */
    private void widen(GemmProduct of, int first, int lines, int stride, int length) {
        if (widened == null) {
            widened = new float[GemmBlocking.MAX_OWN_COLS * GemmBlocking.DEPTH];
        }
        for (int i = 0; i < lines; i++) {
            of.half.widen(first + (long) i * stride, length, widened, i * length);
        }
    }

    /**
     * Columns of the panel, and of its tiles, that begins where {@code left} columns of b are left: as many as fit, with a slim panel
     * behind a narrow one if that is enough. Panels of 16-bit weights are never slim.
     */
    static int width(GemmProduct of, int left) {
        boolean stored = of.panels != null;
        if (left > (stored ? NARROW : NARROW + SLIM)) {
            return COLS;
        }
        return stored || left > SLIM ? NARROW : SLIM;
    }
}
