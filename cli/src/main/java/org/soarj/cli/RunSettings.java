package org.soarj.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.soarj.soar.run.RunDirectory;
import org.soarj.soar.run.RunHeader;
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
        SettingsFile<T> file = new SettingsFile<>(type, defaults);
        if (config != null) {
            file.read(config);
        }
        try {
            overlay(file, options);
            return file.resolved();
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        }
    }

    /** The settings of the run in a folder, which goes on; what is asked for besides must be the same. */
    <T> T stored(Class<T> type, T defaults, Path run, Map<String, Object> options) throws IOException {
        if (!RunDirectory.isRun(run)) {
            throw new IllegalArgumentException(run + ": is not a run (it has no run.json); start one there without --resume");
        }
        SettingsFile<T> file = new SettingsFile<>(type, defaults);
        file.read(RunDirectory.config(run));
        T before = file.resolved();
        if (config != null) {
            file.read(config);
        }
        overlay(file, options);
        if (!file.resolved().equals(before)) {
            throw new ParameterException(spec.commandLine(), "--resume goes on with the settings in "
                    + RunDirectory.config(run) + ", other ones were given; leave them out, or start a new run");
        }
        return before;
    }

    private void overlay(SettingsFile<?> file, Map<String, Object> options) {
        settings.forEach(file::set);
        options.forEach((key, value) -> file.set(key, JsonMapper.shared().writeValueAsString(value)));
    }

    /** Refuses to go on with a run whose model or data are no longer what they were. */
    static void requireSame(Path run, String key, String hash, Path file) throws IOException {
        if (!hash.equals(RunHeader.read(run).extra().getOrDefault(key, hash))) {
            throw new IOException(file + ": is not what the run in " + run + " was started with (" + key
                    + " differs); bring the old file back, or start a new run");
        }
    }
}
