package dev.litegraft.web.jre.java.util.concurrent.locks;

/** The JDK's class of this name, for the one thread that a page's script has. */
public class ReentrantLock {
  /** Nobody else is there. */
  public void lock() {}

  public boolean tryLock() {
    return true;
  }

  public void unlock() {}
}
