package org.soarj.cli;

import org.soarj.tensor.DType;

/** Types that weights can be written in, as options spell them. */
enum WeightType {
    F32, BF16, F16;

    /** The type asked for, or else that of the model read; what cannot be written becomes F32. */
    static DType orElse(WeightType asked, DType stored) {
        return asked != null ? DType.valueOf(asked.name()) : stored == DType.F64 ? DType.F32 : stored;
    }
}
