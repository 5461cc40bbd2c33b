package org.soarj.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Bad input gets one line: exit 1 for what went wrong while working, 2 for wrong usage. {@code --debug} shows the rest. */
final class OneLineErrors implements IExecutionExceptionHandler {

    /** Runs the command asked for. That Java's heap is full is an error of the JVM, of which picocli would show the stack. */
    static int run(ParseResult parsed) {
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (OutOfMemoryError full) {
            throw new ExecutionException(parsed.commandSpec().commandLine(), "out of memory (" + full.getMessage() + "; this Java may take "
                    + (Runtime.getRuntime().maxMemory() >> 20) + " MiB); allow it more with SOAR_JAVA_OPTS=-Xmx12g, or compute less at once",
                    full);
        }
    }

    @Override
    public int handleExecutionException(Exception exception, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        Throwable cause = exception instanceof UncheckedIOException wrapped ? wrapped.getCause() : exception;
        err.println("soar: " + message(cause));
        if (debug(command)) {
            exception.printStackTrace(err);
        }
        return 1;
    }

    static int usage(ParameterException exception, String[] args) {
        CommandLine command = exception.getCommandLine();
        command.getErr().println("soar: " + exception.getMessage().lines().findFirst().orElse("wrong usage").replaceFirst("^Error: ", "")
                + " (try: " + command.getCommandSpec().qualifiedName() + " --help)");
        return 2;
    }

    private static boolean debug(CommandLine command) {
        CommandLine root = command;
        while (root.getParent() != null) {
            root = root.getParent();
        }
        return ((SoarCommand) root.getCommand()).debug();
    }

    static String message(Throwable cause) {
        String text = switch (cause) {
            case NoSuchFileException e -> e.getFile() + ": no such file";
            case AccessDeniedException e -> e.getFile() + ": permission denied";
            case IOException e when e.getMessage() != null -> e.getMessage();
            case RuntimeException e when e.getMessage() != null -> e.getMessage();
            default -> cause.toString();
        };
        return text.lines().findFirst().orElse(cause.toString());
    }
}
