package org.soarj.cli;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.soarj.transformer.infer.Completion;
import org.soarj.transformer.infer.TokenListener;

/** While it is open, Ctrl-C ends a completion after the token it is at, and the program when that has been printed. */
final class Interruption implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 10;

    private final CountDownLatch printed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interrupt, "interruption");
    private volatile boolean asked;

    Interruption() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Asks for the end and waits until it is reached. */
    void interrupt() {
        asked = true;
        try {
            printed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A listener that ends the completion when it is asked to, and else does what {@code other} does. */
    TokenListener over(TokenListener other) {
        return id -> {
            Optional<Completion.Finish> finish = other.accept(id);
            return finish.isEmpty() && asked ? Optional.of(Completion.Finish.INTERRUPTED) : finish;
        };
    }

    @Override
    public void close() {
        printed.countDown();
        if (!asked) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException endingAlready) {
                asked = true;
            }
        }
    }
}
