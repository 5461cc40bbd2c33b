package org.soarj.cli.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;

/**
 * What a line is drawn with.
 *
 * @param colour of the line and its marks
 * @param dashed whether it is broken
 */
record Pen(Color colour, boolean dashed) {
    /** Colours that stay apart for colour-blind eyes (Okabe and Ito 2008), the darkest first; without the yellow, too pale for lines. */
    private static final List<Color> PALETTE = List.of(
            new Color(0x0072B2), new Color(0xD55E00), new Color(0x009E73), new Color(0xCC79A7),
            new Color(0x000000), new Color(0xE69F00), new Color(0x56B4E9), new Color(0x999999));
    private static final int PALE = 60;

    /** The pen of the {@code index}-th thing, counted from 0; colours come round again as broken lines. */
    static Pen of(int index) {
        return new Pen(PALETTE.get(index % PALETTE.size()), index / PALETTE.size() % 2 == 1);
    }

    /** The same, so that what lies below shows through. */
    Pen pale() {
        return new Pen(new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), PALE), dashed);
    }

    BasicStroke stroke(float width) {
        return dashed
                ? new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {4 * width, 3 * width}, 0)
                : new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }
}
