package org.soarj.cli;

import java.util.ArrayList;
import java.util.List;
import org.soarj.transformer.infer.Decoding;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say how tokens are chosen; mixed into the commands that generate text. */
final class DecodingOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--temperature", description = "Scores are divided by it; 0 takes the most probable token. Without it "
            + "and the like of it, what generation_config.json says, else the most probable token.")
    private Float temperature;

    @Option(names = "--top-k", paramLabel = "K", description = "Draw from the K most probable tokens; 0 for all.")
    private Integer topK;

    @Option(names = "--top-p", paramLabel = "P", description = "Draw from the fewest tokens that have probability P together.")
    private Float topP;

    @Option(names = "--min-p", paramLabel = "P", description = "Draw from tokens with at least P times the highest probability.")
    private Float minP;

    @Option(names = "--repetition-penalty", paramLabel = "X", description = "Divide positive scores of earlier tokens by X.")
    private Float repetitionPenalty;

    @Option(names = "--max-tokens", defaultValue = "512", description = "Most tokens to generate (default: ${DEFAULT-VALUE}).")
    private int maxTokens;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of the draws (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--stop", paramLabel = "TEXT", description = "Text that ends the output, and is not part of it; may be repeated.")
    private List<String> stops = new ArrayList<>();

    /** @param defaults what counts where no option was given */
    Decoding decoding(Decoding defaults) {
        try {
            return new Decoding(or(temperature, defaults.temperature()), or(topK, defaults.topK()), or(topP, defaults.topP()),
                    or(minP, defaults.minP()), or(repetitionPenalty, defaults.repetitionPenalty()));
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(command.commandLine(), wrong.getMessage(), wrong);
        }
    }

    private static <T> T or(T given, T otherwise) {
        return given == null ? otherwise : given;
    }

    int maxTokens() {
        if (maxTokens < 1) {
            throw new ParameterException(command.commandLine(), "--max-tokens: at least 1 is needed, got " + maxTokens);
        }
        return maxTokens;
    }

    long seed() {
        return seed;
    }

    List<String> stops() {
        if (stops.contains("")) {
            throw new ParameterException(command.commandLine(), "--stop: the text must not be empty");
        }
        return stops;
    }
}
