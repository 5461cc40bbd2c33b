/**
 * Tensors on disk: the safetensors format, and files that are written whole or not at all.
 *
 * <p>The problem: model files come from strangers and run to many gigabytes, so reading one must neither trust it nor
 * copy it; and a checkpoint that a crash cut in half must never take the place of a good one.
 *
 * <p>Reading order: {@link org.soarj.tensor.io.SafetensorsFile} (opens, checks, converts or maps on demand),
 * {@link org.soarj.tensor.io.TensorInfo} (what the header says of one tensor),
 * {@link org.soarj.tensor.io.SafetensorsWriter}, then what they stand on: {@link org.soarj.tensor.FloatBytes} (F32, F16,
 * BF16 and F64 as bytes) and
 * {@link org.soarj.tensor.io.AtomicFiles} (temporary name, fsync, rename), which serve every other file too, as
 * {@link org.soarj.tensor.io.TextLines} (text, gzipped or not) does.
 *
 * <pre>{@code
 * Path path = Path.of("model.safetensors");
 * SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
 * weights.put("norm.weight", Tensor.full(1f, 64));                         // (C)
 * SafetensorsWriter.write(path, weights, DType.BF16, Map.of("format", "pt"));
 * try (SafetensorsFile file = SafetensorsFile.open(path)) {
 *     for (String name : file.names()) {
 *         System.out.println(file.info(name) + " " + file.readF32(name));
 *     }
 * }
 * }</pre>
 *
 * <p>The format: 8 bytes of little-endian header length N, N bytes of JSON, then the data of all tensors, little-endian
 * and row-major, without holes. Source: the README of huggingface/safetensors.
 *
 * <p>Deliberately absent: several files read as one (a checkpoint's business, not the format's), integer tensors as
 * numbers, the 8-bit and smaller float types, pickled files of any kind.
 */
package org.soarj.tensor.io;
