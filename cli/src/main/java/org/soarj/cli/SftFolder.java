package org.soarj.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.soarj.soar.run.AtomicFile;
import org.soarj.soar.run.RunHeader;
import org.soarj.soar.run.TrainingFolder;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What a fine-tuning run was asked for, in its folder: {@code run.json} and {@code config.yaml}. */
final class SftFolder {
    private static final String HEADER = "run.json";
    private static final String CONFIG = "config.yaml";

    private SftFolder() {}

    /** Begins a run in a folder that {@link NewFolder} has let pass. */
    static TrainingFolder create(Path path, RunHeader header, Map<String, Object> settings) throws IOException {
        AtomicFile.write(path.resolve(CONFIG), new YAMLMapper().writeValueAsBytes(settings));
        AtomicFile.write(path.resolve(HEADER), header.json());
        return TrainingFolder.open(path);
    }

    /** @throws IllegalArgumentException naming a setting, not one of {@code free}, that the run was begun with another value of */
    static void requireSettings(Path path, Map<String, Object> settings, Set<String> free) throws IOException {
        YAMLMapper yaml = new YAMLMapper();
        JsonNode before = yaml.readTree(Files.readString(path.resolve(CONFIG)));
        JsonNode now = yaml.readTree(yaml.writeValueAsString(settings));
        Set<String> keys = new LinkedHashSet<>(now.propertyNames());
        keys.addAll(before.propertyNames());
        keys.removeAll(free);
        for (String key : keys) {
            if (!before.path(key).equals(now.path(key))) {
                throw new IllegalArgumentException("--resume: the run in " + path + " was begun with " + key + " "
                        + shown(before.path(key)) + ", now asked for is " + shown(now.path(key))
                        + "; give the same options, or start a new run");
            }
        }
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "unset" : value.toString();
    }
}
