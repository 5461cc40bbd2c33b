package org.soarj.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** Where {@code bin/soar} enters. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        CommandLine line = commandLine();
        line.setOut(utf8(FileDescriptor.out));
        line.setErr(utf8(FileDescriptor.err));
        System.exit(line.execute(args));
    }

    /** Texts and JSON are UTF-8 whatever the locale says, which in a container often is nothing. */
    private static PrintWriter utf8(FileDescriptor stream) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(stream), StandardCharsets.UTF_8), true);
    }

    /** The whole command line: results on standard output, all else on standard error, exit 0, 1 or 2. */
    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new SoarCommand());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionStrategy(OneLineErrors::run);
        line.setExecutionExceptionHandler(new OneLineErrors());
        line.setParameterExceptionHandler(OneLineErrors::usage);
        return line;
    }
}
