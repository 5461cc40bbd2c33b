package org.soarj.tensor.backend;

import org.soarj.tensor.ShapeException;

/**
 * The heads of one attention: query head h reads key-value head {@code h / (heads / kvHeads)} (grouped-query attention).
 *
 * @param heads H, query heads
 * @param kvHeads K, key-value heads; divides H
 * @param headDim D, width of one head
 */
public record AttentionShape(int heads, int kvHeads, int headDim) {
    public AttentionShape {
        ShapeException.require(heads > 0 && kvHeads > 0 && headDim > 0 && heads % kvHeads == 0,
                "attention: %d query heads over %d key-value heads of width %d; heads must be a multiple of kvHeads",
                heads, kvHeads, headDim);
        ShapeException.require((long) heads * headDim <= Integer.MAX_VALUE,
                "attention: %d heads of width %d make rows of more than 2^31-1 numbers", heads, headDim);
    }

    /** Query heads that share one key-value head. */
    public int groups() {
        return heads / kvHeads;
    }

    /** Factor on the scores, 1/sqrt(D). */
    public float scale() {
        return (float) (1 / Math.sqrt(headDim));
    }
}
