package org.soarj.transformer.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.soarj.tensor.DType;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.io.SafetensorsFile;
import org.soarj.tensor.io.TensorInfo;
import org.soarj.transformer.ModelException;

/**
 * The weights of a model directory, one safetensors file or shards under an index, read as one set of tensors.
 *
 * <p>Opening maps every file and checks its header, and that index and shards hold the same tensors; no weight is read.
 */
public final class WeightFiles implements AutoCloseable {
    static final String SINGLE = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

    private final Path listing;
    private final SequencedMap<Path, SafetensorsFile> files;
    private final SequencedMap<String, Path> homes;

    private WeightFiles(Path listing, SequencedMap<Path, SafetensorsFile> files, SequencedMap<String, Path> homes) {
        this.listing = listing;
        this.files = files;
        this.homes = homes;
    }

    /**
     * Opens {@code model.safetensors}, or, where there is none, the shards that {@code model.safetensors.index.json} names.
     *
     * @throws ModelException when neither is there, a shard is missing, or index and shards disagree
     * @throws IOException when a file is not valid or cannot be read
     */
    public static WeightFiles open(Path directory) throws IOException {
        Path single = directory.resolve(SINGLE);
        Path index = directory.resolve(INDEX);
        if (Files.isRegularFile(single)) {
            SafetensorsFile file = SafetensorsFile.open(single);
            SequencedMap<String, Path> homes = new LinkedHashMap<>();
            file.names().forEach(name -> homes.put(name, single));
            return new WeightFiles(single, new LinkedHashMap<>(Map.of(single, file)), homes);
        }
        if (!Files.isRegularFile(index)) {
            throw new ModelException(single, "no such file, and no " + INDEX + " beside it; a model directory needs one of them"
                    + (Files.exists(directory.resolve("pytorch_model.bin"))
                            ? "; pickled pytorch_model.bin is not read, save the model as safetensors" : ""));
        }
        return open(ShardIndex.read(index));
    }

    private static WeightFiles open(ShardIndex index) throws IOException {
        SequencedMap<Path, SafetensorsFile> files = new LinkedHashMap<>();
        WeightFiles weights = new WeightFiles(index.file(), files, new LinkedHashMap<>());
        try {
            for (Path shard : index.files()) {
                if (!Files.isRegularFile(shard)) {
                    throw new ModelException(index.file(), "names the shard \"" + shard.getFileName()
                            + "\", which is not in the folder; all " + index.files().size() + " shards are needed");
                }
                files.put(shard, SafetensorsFile.open(shard));
            }
            weights.compare(index);
            return weights;
        } catch (Throwable invalid) {
            weights.close();
            throw invalid;
        }
    }

    /** Every tensor of the index lies in its shard, and every tensor of a shard is that of the index. */
    private void compare(ShardIndex index) throws ModelException {
        for (Map.Entry<Path, SafetensorsFile> file : files.entrySet()) {
            for (String name : file.getValue().names()) {
                Path before = homes.put(name, file.getKey());
                if (before != null) {
                    throw new ModelException(index.file(), "tensor \"" + name + "\" is in two shards, \"" + before.getFileName()
                            + "\" and \"" + file.getKey().getFileName() + "\"; which one counts?");
                }
                if (!index.shards().containsKey(name)) {
                    throw new ModelException(file.getKey(), "tensor \"" + name + "\" is in this shard, but not in " + INDEX);
                }
            }
        }
        for (Map.Entry<String, Path> entry : index.shards().entrySet()) {
            if (!entry.getValue().equals(homes.get(entry.getKey()))) {
                throw new ModelException(entry.getValue(), "tensor \"" + entry.getKey() + "\" is missing in this shard, where "
                        + INDEX + " places it");
            }
        }
    }

    /** The file that lists all tensors: the only one, or the index. */
    public Path listing() {
        return listing;
    }

    /** The safetensors files, in the order in which the index first names them. */
    public List<Path> files() {
        return List.copyOf(files.sequencedKeySet());
    }

    /** Names of all tensors, file by file, in the order of their data. */
    public SequencedSet<String> names() {
        return Collections.unmodifiableSequencedSet(homes.sequencedKeySet());
    }

    /** All tensors of one file, in the order of their data. */
    public List<TensorInfo> tensors(Path file) throws IOException {
        List<TensorInfo> tensors = new ArrayList<>();
        for (String name : files.get(file).names()) {
            tensors.add(files.get(file).info(name));
        }
        return tensors;
    }

    /** The file that holds a tensor, or null when none does. */
    public Path home(String name) {
        return homes.get(name);
    }

    /** Type, shape and place of a tensor that is among {@link #names}. */
    public TensorInfo info(String name) throws IOException {
        return files.get(homes.get(name)).info(name);
    }

    /** A tensor that is among {@link #names}, held as {@link Precision} says. */
    Tensor read(String name, Precision precision) throws IOException {
        SafetensorsFile file = files.get(homes.get(name));
        TensorInfo info = file.info(name);
        boolean half = info.dtype() == DType.BF16 || info.dtype() == DType.F16;
        return precision == Precision.STORED && half && info.shape().size() > 1 ? file.readStored(name) : file.readF32(name);
    }

    /** Unmaps all files, except what a loaded model still uses. */
    @Override
    public void close() {
        files.values().forEach(SafetensorsFile::close);
    }
}
