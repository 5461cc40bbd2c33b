package org.soarj.transformer.checkpoint;

import java.nio.file.Path;
import org.soarj.tensor.DType;
import org.soarj.tensor.FloatBytes;

/**
 * How a model is written.
 *
 * @param dtype type of the weights in the file: F32, or BF16 or F16, rounded to nearest even
 * @param shardBytes most bytes of weights in one file; a larger tensor has a file of its own
 * @param source the model directory that this one was made from, or null. What its config.json says beyond the sizes, its
 *     generation_config.json and its tokenizer come along.
 */
public record SaveOptions(DType dtype, long shardBytes, Path source) {
    /** F32, in files of up to 5 GB (10^9 bytes each), as Hugging Face cuts them. */
    public static final SaveOptions DEFAULT = new SaveOptions(DType.F32, 5_000_000_000L, null);

    public SaveOptions {
        if (!FloatBytes.encodes(dtype) || shardBytes < 1) {
            throw new IllegalArgumentException("save: dtype " + dtype + ", shards of " + shardBytes
                    + " bytes; the dtype must be F32, BF16 or F16, a shard must hold something");
        }
    }

    public SaveOptions withDtype(DType other) {
        return new SaveOptions(other, shardBytes, source);
    }

    public SaveOptions withShardBytes(long bytes) {
        return new SaveOptions(dtype, bytes, source);
    }

    public SaveOptions withSource(Path directory) {
        return new SaveOptions(dtype, shardBytes, directory);
    }
}
