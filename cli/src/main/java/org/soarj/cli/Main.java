package org.soarj.cli;

import picocli.CommandLine;

/** Where {@code bin/soar} enters. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The whole command line: results on standard output, all else on standard error, exit 0, 1 or 2. */
    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new SoarCommand());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler(new OneLineErrors());
        line.setParameterExceptionHandler(OneLineErrors::usage);
        return line;
    }
}
