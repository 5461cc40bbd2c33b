package org.soarj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.soarj.soar.rloo.RlooConfig;

class SettingsFileTest {
    @TempDir
    private Path folder;

    private static SettingsFile<RlooConfig> settings() {
        return new SettingsFile<>(RlooConfig.class, RlooConfig.defaults());
    }

    private SettingsFile<RlooConfig> read(String yaml) throws IOException {
        Path file = folder.resolve("settings.yaml");
        Files.writeString(file, yaml);
        SettingsFile<RlooConfig> settings = settings();
        settings.read(file);
        return settings;
    }

    @Test
    void whatIsPrintedReadsBackAsTheSame() throws IOException {
        SettingsFile<RlooConfig> some = settings();
        some.set("optimiser.learning_rate", "3e-6");
        some.set("kl.place", "k3_loss");
        some.set("evaluation.k", "[1, 2]");
        RlooConfig config = some.resolved();
        assertEquals(3e-6, config.optimiser().learningRate());
        assertEquals(config, read(SettingsFile.yaml(config)).resolved());
        assertEquals(RlooConfig.defaults(), read("").resolved());
    }

    @Test
    void optionsGoBeforeTheFileAndTheFileBeforeTheDefaults() throws IOException {
        SettingsFile<RlooConfig> file = read("steps: 7\nsampling:\n  max_tokens: 5\nestimator: {advantage: GRPO}\n");
        file.set("steps", "9");
        RlooConfig config = file.resolved();
        assertEquals(9, config.steps());
        assertEquals(5, config.sampling().maxTokens());
        assertEquals(RlooConfig.AdvantageName.GRPO, config.estimator().advantage());
        assertEquals(RlooConfig.defaults().group(), config.group());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "grup: 4 | there is no setting grup; did you mean group?",
        "sampling: {max_token: 4} | there is no setting sampling.max_token; did you mean sampling.max_tokens?",
        "zzzzzzz: 4 | there is no setting zzzzzzz",
        "group: four | group: a whole number is expected, got four",
        "group: 4.5 | group: a whole number is expected, got 4.5",
        "sampling: 4 | sampling: a group of settings (max_tokens, temperature, parallel, top_p, top_k) is expected, got 4",
        "estimator: {advantage: rlo} | estimator.advantage: rlo is not one of its values; known are rloo, grpo, dr_grpo, "
                + "reinforce_plus_plus, mean_centred",
        "evaluation: {k: 4} | evaluation.k: a list of whole numbers, such as [1, 8] is expected, got 4",
        "- 4 | settings are keys with values, got ARRAY",
        "'group: [' | not valid YAML at line 1: while parsing a flow node"})
    void aWrongSettingIsNamedWithWhatToDo(String yaml, String message) {
        String said = assertThrows(IllegalArgumentException.class, () -> read(yaml)).getMessage();
        assertEquals(folder.resolve("settings.yaml") + ": " + message, said);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "group: 1 | group: 1 completions have no sibling to be the baseline; it must be at least 2",
        "batch: 3\\nestimator: {minibatches: 2} | estimator.minibatches: a batch of 3 problems does not divide into 2 parts; choose "
                + "a divisor",
        "evaluation: {k: [9]} | evaluation: pass@9 asked of 8 samples; raise evaluation.samples or ask for a smaller k",
        "checkpoints: {keep: 0} | checkpoints: every and keep must be 1 or more, got 50 and 0",
        "task: chain\\nreward: paper | reward: paper is for the task math, got the task chain"})
    void settingsThatDoNotGoTogetherAreNamed(String yaml, String message) throws IOException {
        SettingsFile<RlooConfig> file = read(yaml.replace("\\n", "\n"));
        assertEquals(message, assertThrows(IllegalArgumentException.class, file::resolved).getMessage());
    }

    @Test
    void aMissingFileIsNamed() {
        Path none = folder.resolve("none.yaml");
        assertTrue(assertThrows(IllegalArgumentException.class, () -> settings().read(none)).getMessage()
                .endsWith("none.yaml: no such settings file"));
    }

    @Test
    void theNearestNameIsNearEnoughOrNone() {
        List<String> known = List.of("steps", "batch", "group");
        assertEquals(Optional.of("steps"), Nearest.to("step", known));
        assertEquals(Optional.of("batch"), Nearest.to("bacth", known));
        assertEquals(Optional.empty(), Nearest.to("temperature", known));
    }
}
