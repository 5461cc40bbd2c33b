package org.soarj.tensor.cuda;

import org.soarj.tensor.cuda.DeviceException.Kind;

/** What the numbers that the driver and cuBLAS return mean for a run, and the line for it. */
final class DriverErrors {
    static final int CUBLAS_SUCCESS = 0;
    private static final int OUT_OF_MEMORY = 2;
    private static final int CUBLAS_ALLOCATION_FAILED = 3;

    private DriverErrors() {}

    /** The kind of a CUresult other than success. */
    static Kind kind(int status) {
        return switch (status) {
            case OUT_OF_MEMORY -> Kind.FULL;
            // Shut down, uncorrectable memory or link, and everything that ends a context: 700, 702, 710 to 719.
            case 4, 214, 220, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 999 -> Kind.LOST;
            default -> Kind.UNUSABLE;
        };
    }

    /** The kind of a cublasStatus other than success. */
    static Kind kindOfCublas(int status) {
        return switch (status) {
            case CUBLAS_ALLOCATION_FAILED -> Kind.FULL;
            default -> Kind.UNUSABLE;
        };
    }

    /** Whether a cublasStatus may come of a context that is no more: mapping, execution, and an error of its own. */
    static boolean asksDriver(int status) {
        return status == 11 || status == 13 || status == 14;
    }

    /** The line that a user sees. */
    static String message(Kind kind, String card, String status, String what) {
        return switch (kind) {
            case FULL -> "cuda: " + card + " has too little memory free for " + what + " (" + status
                    + "); end other programs on it (nvidia-smi shows them), or use --device cpu";
            case LOST -> "cuda: " + card + " was lost in " + what + " or a kernel before it (" + status
                    + "); look at nvidia-smi and the system's log, then start again: a training run goes on with --resume";
            case UNUSABLE -> "cuda: " + card + " failed in " + what + " (" + status + "); use --device cpu";
        };
    }
}
