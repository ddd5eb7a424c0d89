package dev.litegraft.serve;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that read requests and send answers; most of their time they wait. Virtual ones from Java
 * 24 on: before, one that waits inside of {@code synchronized}, as the JDK's server does for a
 * client, holds a processor's thread, so that a few slow clients would stop all (JEP 491).
 */
final class RequestThreads {
  private static final int VIRTUAL_SINCE = 24;
  private static final int MOST = 512;
  private static final int IDLE_SECONDS = 10;

  private RequestThreads() {}

  static ExecutorService open() {
    return Runtime.version().feature() >= VIRTUAL_SINCE ? virtual() : platform();
  }

  /** By its name: this class is compiled for Java 17. */
  private static ExecutorService virtual() {
    try {
      return (ExecutorService)
          MethodHandles.publicLookup()
              .findStatic(
                  Executors.class,
                  "newVirtualThreadPerTaskExecutor",
                  MethodType.methodType(ExecutorService.class))
              .invoke();
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      return platform();
    }
  }

  /** As many as there are requests, up to a limit; then they wait. */
  private static ExecutorService platform() {
    LinkedTransferQueue<Runnable> waiting =
        new LinkedTransferQueue<>() {
          private static final long serialVersionUID = 1L;

          @Override
          public boolean offer(Runnable run) {
            return tryTransfer(run); // To an idle thread; else a new one is begun.
          }
        };
    return new ThreadPoolExecutor(
        0,
        MOST,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        waiting,
        daemons("litegraft-serve-request"),
        (run, pool) -> waiting.put(run));
  }

  /** Makes threads of a name that do not keep the process from ending. */
  static ThreadFactory daemons(String name) {
    return run -> {
      Thread thread = new Thread(run, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
