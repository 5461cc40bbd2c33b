package org.soarj.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code soar}: the list of commands. */
@Command(name = "soar", mixinStandardHelpOptions = true, version = "soarj 0.1.0",
        description = "From float arrays to SOAR in pure Java.",
        subcommands = {DemoCommand.class, PretrainCommand.class, FilterCommand.class, TrainCommand.class,
            ExperimentCommand.class, RlooCommand.class, EvalCommand.class, MeasureCommand.class, ExplainCommand.class,
            ReportCommand.class, GenerateCommand.class, ChatCommand.class, ScoreCommand.class, TokenizeCommand.class,
            InspectCommand.class, SftCommand.class, MergeCommand.class, VerifyCommand.class, GradcheckCommand.class,
            BenchCommand.class, DoctorCommand.class, HelpCommand.class})
final class SoarCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.")
    private boolean debug;

    boolean debug() {
        return debug;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "soar: no command given");
    }
}
