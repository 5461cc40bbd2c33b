package org.soarj.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import org.soarj.soar.run.RunDirectory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** The options that give settings to a command: a file and single ones; mixed into commands whose settings are a record. */
final class RunSettings {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "Settings as YAML; options go before it.")
    private Path config;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "One setting by its key in the YAML; repeatable.")
    private Map<String, String> settings = new LinkedHashMap<>();

    /**
     * The settings of a new run.
     *
     * @param options what the command's own options say, by key
     */
    <T> T asked(Class<T> type, T defaults, Map<String, Object> options) throws IOException {
        return overlaid(new SettingsFile<>(type, defaults), options);
    }

    /** The settings of the run in a folder, which goes on; what is asked for besides must be the same. */
    <T> T stored(Class<T> type, T defaults, Path run, Map<String, Object> options) throws IOException {
        return stored(type, defaults, run, options, (before, key) -> false);
    }

    /**
     * The same for a run of whose settings some may change.
     *
     * @param mayChange whether what a run with these settings has done stays as it is with another value of a key
     */
    <T> T stored(Class<T> type, T defaults, Path run, Map<String, Object> options, BiPredicate<T, String> mayChange) throws IOException {
        if (!RunDirectory.isRun(run)) {
            throw new IllegalArgumentException(run + ": is not a run (it has no run.json); start one there without --resume");
        }
        SettingsFile<T> file = new SettingsFile<>(type, defaults);
        file.read(RunDirectory.config(run));
        T before = file.resolved();
        T after = overlaid(file, options);
        for (String key : SettingsFile.differences(before, after)) {
            if (!mayChange.test(before, key)) {
                throw new ParameterException(spec.commandLine(), "--resume: the run in " + run + " cannot go on with another "
                        + key + " than its config.yaml has: what is done would not be what these settings give; leave it out, or "
                        + "start a new run");
            }
        }
        return after;
    }

    /** Settings with what {@code --config} and the options say instead of them. */
    private <T> T overlaid(SettingsFile<T> file, Map<String, Object> options) throws IOException {
        if (config != null) {
            file.read(config);
        }
        try {
            settings.forEach(file::set);
            options.forEach((key, value) -> file.set(key, JsonMapper.shared().writeValueAsString(value)));
            return file.resolved();
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        }
    }
}
