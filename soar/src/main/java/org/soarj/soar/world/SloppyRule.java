package org.soarj.soar.world;

/** A wrong way of calculating that an imagined author follows throughout a document. */
public enum SloppyRule {
    /** The true result and one. */
    ONE_TOO_MANY {
        @Override
        int apply(int truth, int left, int right) {
            return truth + 1;
        }
    },
    /** The true result less one. */
    ONE_TOO_FEW {
        @Override
        int apply(int truth, int left, int right) {
            return truth - 1;
        }
    },
    /** The right operand for a result; by luck this is the truth now and then. */
    COPIES_OPERAND {
        @Override
        int apply(int truth, int left, int right) {
            return right;
        }
    };

    /** The author's result, before the modulus. */
    abstract int apply(int truth, int left, int right);
}
