package org.soarj.cli;

import java.nio.file.Path;
import org.soarj.tensor.DType;
import org.soarj.transformer.checkpoint.SaveOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say how a model is written; mixed into every command that writes one. */
final class Saving {
    private static final double BYTES_PER_GB = 1e9;

    /** Types that weights can be written in. */
    enum Type { F32, BF16, F16 }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--dtype", paramLabel = "TYPE",
            description = "Type of the weights in the written model: ${COMPLETION-CANDIDATES} (default: that of the model read).")
    private Type dtype;

    @Option(names = "--shard-gb", defaultValue = "5", paramLabel = "X",
            description = "Most GB (10^9 bytes) of weights in one file (default: ${DEFAULT-VALUE}).")
    private double shardGb;

    /**
     * The options for a model whose weights were {@code stored} so in the directory {@code source}. A type that is read and not
     * written, F64, becomes F32.
     */
    SaveOptions options(DType stored, Path source) {
        if (!(shardGb > 0)) {
            throw new ParameterException(command.commandLine(), "--shard-gb: must be above 0, got " + shardGb);
        }
        DType written = dtype != null ? DType.valueOf(dtype.name()) : stored == DType.F64 ? DType.F32 : stored;
        return new SaveOptions(written, (long) Math.ceil(shardGb * BYTES_PER_GB), source);
    }
}
