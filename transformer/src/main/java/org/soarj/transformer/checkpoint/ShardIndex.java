package org.soarj.transformer.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.soarj.transformer.ModelException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * {@code model.safetensors.index.json}: which shard holds which tensor.
 *
 * @param file the index, for messages
 * @param shards shard of each tensor, in the order of the file; every shard lies in the index's folder
 */
record ShardIndex(Path file, SequencedMap<String, Path> shards) {
    private static final int LONGEST_NAME = 80;

    ShardIndex {
        shards = Collections.unmodifiableSequencedMap(shards);
    }

    /** @throws ModelException when the file is no index, or names a file outside its folder */
    static ShardIndex read(Path file) throws IOException {
        JsonNode map;
        try {
            map = JsonTree.read(Files.readAllBytes(file)).path("weight_map");
        } catch (JacksonException malformed) {
            throw new ModelException(file, "not valid JSON: "
                    + malformed.getOriginalMessage().lines().findFirst().orElse("no detail"), malformed);
        }
        if (!map.isObject() || map.isEmpty()) {
            throw new ModelException(file, "field \"weight_map\" must be an object that names the file of each tensor");
        }
        SequencedMap<String, Path> shards = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            if (!entry.getValue().isString()) {
                throw new ModelException(file, "the file of tensor " + quote(entry.getKey()) + " must be a name, got "
                        + entry.getValue().getNodeType());
            }
            shards.put(entry.getKey(), inside(file, entry.getValue().stringValue()));
        }
        return new ShardIndex(file, shards);
    }

    /** The path of a shard, which a stranger's file must not place elsewhere on this machine. */
    private static Path inside(Path index, String name) throws ModelException {
        Path folder = index.toAbsolutePath().normalize().getParent();
        try {
            Path shard = Path.of(name);
            Path target = folder.resolve(shard).normalize();
            boolean relative = !name.contains("\\") && !shard.isAbsolute();
            if (relative && target.startsWith(folder) && !target.equals(folder)) {
                return index.resolveSibling(name);
            }
        } catch (InvalidPathException noPath) {
            throw new ModelException(index, "names the file " + quote(name) + ", which no file can be called", noPath);
        }
        throw new ModelException(index, "names the file " + quote(name) + " outside of its folder; shards lie beside the index");
    }

    /** All shards, each once. */
    SequencedSet<Path> files() {
        return new LinkedHashSet<>(shards.values());
    }

    private static String quote(String text) {
        return '"' + (text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME) + "…") + '"';
    }
}
